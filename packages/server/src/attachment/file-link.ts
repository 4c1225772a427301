import { createHmac, timingSafeEqual } from 'node:crypto';

/** What addresses of files are made with; `fileKey` is the present one. Plain data: it goes along into transactions. */
export interface FileLinks {
  /** Signs addresses of files, and nothing else. */
  readonly fileKey: string;
  readonly now_ms: number;
}

export type FileVariant = 'whole' | 'thumbnail';

const DAY_S = 24 * 60 * 60;
/** Longer than this in an address a name says no more. */
const ENCODED_NAME_CHARS_MAX = 300;

/** The key that signs addresses, from the key of the installation: the same on all nodes. */
export function fileKeyFrom(appKey: string): string {
  return createHmac('sha256', appKey).update('parley files').digest('base64url');
}

/**
 * The address of a file: whoever has it may fetch that file and no other (SEC-6). It is the same
 * all day (UTC), so that browsers keep what they fetched, and good for at least a day more.
 */
export function fileUrl(
  file: { readonly id: number; readonly name: string },
  variant: FileVariant,
  { fileKey, now_ms }: FileLinks,
): string {
  const expires = (Math.floor(now_ms / 1_000 / DAY_S) + 2) * DAY_S;
  const signature = sign(file.id, variant, expires, fileKey);
  const rest = variant === 'thumbnail' ? '&thumbnail=1' : '';
  return `/files/${file.id}/${nameInPath(file.name)}?expires=${expires}&signature=${signature}${rest}`;
}

/**
 * Whether an address was made here for this file, and its time is not over.
 * @param fileKeys the present one, and former ones that are still believed
 */
export function isFileUrlValid(
  asked: { id: number; variant: FileVariant; expires: number; signature: string },
  { fileKeys, now_ms }: { readonly fileKeys: readonly string[]; readonly now_ms: number },
): boolean {
  if (now_ms / 1_000 >= asked.expires) return false;
  const given = Buffer.from(asked.signature);
  return fileKeys.some((key) => {
    const expected = Buffer.from(sign(asked.id, asked.variant, asked.expires, key));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function sign(id: number, variant: FileVariant, expires: number, fileKey: string): string {
  return createHmac('sha256', fileKey).update(`${id}:${variant}:${expires}`).digest('base64url');
}

/** For people who look at the address; nobody reads it back. */
function nameInPath(name: string): string {
  const encoded = encodeURIComponent(name);
  if (encoded.length <= ENCODED_NAME_CHARS_MAX) return encoded;
  return `file${/\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? ''}`;
}
