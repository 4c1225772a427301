import { LIMITS } from '@parley/protocol';

/**
 * What has no form of its own: controls, and what turns the direction of writing, by which
 * `cod.exe` looks like a document. Each is shown as a mark, so that a trick is seen.
 */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu;
const EXTENSION_CHARS_MAX = 16;

/** The name under which a file is shown and saved: one harmless line, never a path, never empty. */
export function safeName(given: string): string {
  const base = given.toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const name = base.replaceAll(INVISIBLE, '\uFFFD').trim();
  return shortened(/^\.*$/.test(name) ? 'file' : name);
}

/** Lower case, without the point; empty where there is none. */
export function extensionOf(name: string): string {
  return /[^.]\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** The name with an extension that says what the content is. */
export function withExtension(name: string, fitting: readonly [string, ...string[]]): string {
  return fitting.includes(extensionOf(name)) ? name : shortened(`${name}.${fitting[0]}`);
}

/** The end is kept, for it says what the file is; no surrogate pair is cut. */
function shortened(name: string): string {
  if (name.length <= LIMITS.fileName_chars) return name;
  const extension = extensionOf(name);
  const end = extension === '' || extension.length > EXTENSION_CHARS_MAX ? '' : `.${extension}`;
  const start = name.slice(0, LIMITS.fileName_chars - end.length - 1);
  return `${start.replace(/[\uD800-\uDBFF]$/, '')}…${end}`;
}

/** `Content-Disposition` (RFC 6266): plain for old clients, and in UTF-8. */
export function contentDisposition(as: 'inline' | 'attachment', name: string): string {
  const plain = name.replaceAll(/[^\u0020-\u007E]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${as}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
