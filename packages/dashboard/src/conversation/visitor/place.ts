import { locale } from '../../i18n/translate.ts';

/** An address that may be opened, with what is shown of it; other schemes are text alone (SEC-3). */
export function readAddress(url: string): { readonly href: string | null; readonly text: string } {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return { href: null, text: url };
  const { host, pathname, search } = parsed;
  return { href: parsed.href, text: host + (pathname === '/' ? '' : pathname) + search };
}

/** The time of day there; null for a name that this browser does not know. */
export function localTime(timeZone: string, now_ms: number): string | null {
  try {
    const options = { weekday: 'short', hour: 'numeric', minute: '2-digit', timeZone } as const;
    return new Intl.DateTimeFormat(locale(), options).format(now_ms);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The language in the reader's words; the tag itself where it is no language. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([locale()], { type: 'language' }).of(tag) ?? tag;
  } catch (error) {
    if (error instanceof RangeError) return tag;
    throw error;
  }
}
