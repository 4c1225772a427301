import type { ProactiveMessage } from '@parley/protocol';

/** Whether a page is meant: by its path, or by its address without the scheme where a host is named. */
export function isPage(pattern: string, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { host, pathname, search } = new URL(address);
  const wanted = pattern.trim().replace(/^https?:\/\//, '');
  const place = wanted.startsWith('/') || wanted.startsWith('*') ? '' : host;
  const form = new RegExp(`^${wanted.split('*').map(escape).join('.*')}$`);
  return [pathname, pathname.replace(/\/$/, ''), pathname + search].some((path) =>
    form.test(place + path),
  );
}

/** The key under which it is remembered that somebody has seen one. */
export const seenKey = ({ page, text }: ProactiveMessage): string => `said ${page} ${text}`;

/** The first that is meant for this page and was not seen; null: none. */
export function dueMessage(
  messages: readonly ProactiveMessage[],
  address: string,
  isSeen: (key: string) => boolean,
): ProactiveMessage | null {
  const meant = messages.filter((one) => isPage(one.page, address) && !isSeen(seenKey(one)));
  return meant.toSorted((a, b) => a.after_s - b.after_s)[0] ?? null;
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
