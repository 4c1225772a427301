import { chime } from '@parley/client';
import type { Language } from '../strings/language.ts';
import type { Host } from './host.ts';
import type { Notebook } from './notebook.ts';
import './words.ts';

export interface NewsOptions {
  readonly host: Host;
  readonly notebook: Notebook;
}

/** Tells of messages that nobody looks at. Loaded with the first. */
export interface News {
  readonly arrived: (what: {
    readonly from: string | null;
    readonly unread: number;
    readonly language: Language;
  }) => void;
  /** Somebody looks. */
  readonly calm: () => void;
}

/** The title of the page changes this often. */
const FLASH_MS = 1_500;

export function createNews({ host, notebook }: NewsOptions): News {
  let flashing: ReturnType<typeof setInterval> | undefined;
  let words = '';
  let flashed = false;

  function flash(): void {
    flashed = !flashed;
    host.post({ type: 'page', ask: { do: 'title', text: flashed ? words : null } });
  }

  function calm(): void {
    if (flashing === undefined) return;
    clearInterval(flashing);
    flashing = undefined;
    if (flashed) flash();
  }

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') calm();
  });

  return {
    calm,
    arrived({ from, unread, language }) {
      if (notebook.is('sound')) void chime();
      // Who sees the page sees the launcher's badge.
      if (document.visibilityState === 'visible') return;
      words = language.text('newMessages', { n: Math.max(1, unread) });
      if (flashing === undefined) {
        flashing = setInterval(flash, FLASH_MS);
        flash();
      }
      // Not what was written: a page has scripts of others.
      const title = (from ?? language.text('team')).slice(0, 200);
      if (notebook.is('notify'))
        host.post({ type: 'page', ask: { do: 'notify', title, body: words } });
    },
  };
}
