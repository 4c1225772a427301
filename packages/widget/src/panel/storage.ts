import type { TokenStorage } from '@parley/client';
import { KEPT_CHARS, type Kept } from '../bridge/bridge.ts';
import type { Host } from './host.ts';

/** Longer values do not fit into a cookie. */
const COOKIE_MAX_CHARS = 3_500;
/** The longest that browsers keep a cookie. */
const COOKIE_AGE_S = 400 * 24 * 60 * 60;

/**
 * The panel's own storage: `localStorage`; where the browser refuses it to frames of other sites
 * (Chrome with third-party cookies blocked), a cookie that is partitioned by the site around the
 * panel; where that is refused too, the page's storage, by way of the loader; where there is none of
 * these, memory, and the conversation lives as long as the page.
 * @param page null: the panel is a page of its own
 */
export function openStorage(page: TokenStorage | null): TokenStorage {
  const memory = new Map<string, string>();
  const lasting = usable(browserStorage) ?? usable(() => cookieStorage) ?? page;
  return {
    getItem: (key) => memory.get(key) ?? lasting?.getItem(key) ?? null,
    setItem(key, value) {
      memory.set(key, value);
      // Full, or too long: memory has it. Otherwise memory must not hide what other tabs write.
      if (
        lasting !== null &&
        attempt(() => lasting.setItem(key, value)) &&
        has(lasting, key, value)
      )
        memory.delete(key);
    },
    removeItem(key) {
      memory.delete(key);
      lasting?.removeItem(key);
    },
  };
}

/** What the page around the panel keeps for it. Scripts of the page can read it: the last resort. */
export function pageStorage(kept: Kept | null, host: Host): TokenStorage {
  const values = new Map(Object.entries(kept ?? {}));
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem(key, value) {
      if (value.length > KEPT_CHARS) return;
      values.set(key, value);
      host.post({ type: 'keep', key, value });
    },
    removeItem(key) {
      if (values.delete(key)) host.post({ type: 'keep', key, value: null });
    },
  };
}

const has = (storage: TokenStorage, key: string, value: string): boolean =>
  storage.getItem(key) === value;

function attempt(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** The storage, if it keeps what is put into it. */
function usable(open: () => TokenStorage): TokenStorage | null {
  let storage: TokenStorage | null = null;
  const works = attempt(() => {
    const opened = open();
    opened.setItem('parley.probe', '1');
    if (has(opened, 'parley.probe', '1')) storage = opened;
    opened.removeItem('parley.probe');
  });
  return works ? storage : null;
}

/** Reading the property alone throws where storage is refused. */
export const browserStorage = (): TokenStorage => localStorage;

export const cookieStorage: TokenStorage = {
  getItem(key) {
    const name = `${encodeURIComponent(key)}=`;
    const cookie = document.cookie.split('; ').find((entry) => entry.startsWith(name));
    return cookie === undefined ? null : decodeURIComponent(cookie.slice(name.length));
  },
  setItem(key, value) {
    if (encodeURIComponent(value).length <= COOKIE_MAX_CHARS) setCookie(key, value, COOKIE_AGE_S);
  },
  removeItem: (key) => setCookie(key, '', 0),
};

/** The default path is the panel's folder: no other call carries it. */
function setCookie(key: string, value: string, age_s: number): void {
  document.cookie = `${encodeURIComponent(key)}=${encodeURIComponent(value)}; Max-Age=${age_s}; Secure; SameSite=None; Partitioned`;
}
