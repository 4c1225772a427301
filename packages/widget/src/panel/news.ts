import type { LogMessage, VisitorChat } from '@parley/client';
import type { Language } from '../strings/language.ts';
import type { Host } from './host.ts';
import type { Notebook } from './notebook.ts';

export interface NewsOptions {
  readonly chat: Pick<VisitorChat, 'unread'>;
  readonly host: Host;
  readonly notebook: Notebook;
  readonly language: () => Language;
}

/** Tells of messages that nobody looks at. */
export interface News {
  /** A new message of the other side. */
  readonly arrived: (message: LogMessage) => void;
  readonly attention: (attended: boolean) => void;
}

/** The title of the page changes this often. */
const FLASH_MS = 1_500;

export function createNews({ chat, host, notebook, language }: NewsOptions): News {
  let attended = false;
  let flashing: ReturnType<typeof setInterval> | undefined;
  let flashed = false;

  const words = (): string => language().text('newMessages', { n: Math.max(1, chat.unread.get()) });

  function flash(): void {
    flashed = !flashed;
    host.post({ type: 'page', ask: { do: 'title', text: flashed ? words() : null } });
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
    arrived({ sender_name }) {
      if (attended) return;
      if (notebook.is('sound')) void sound();
      // Who sees the page sees the launcher's badge.
      if (document.visibilityState === 'visible') return;
      if (flashing === undefined) {
        flashing = setInterval(flash, FLASH_MS);
        flash();
      }
      // Not what was written: a page has scripts of others.
      const title = (sender_name ?? language().text('team')).slice(0, 200);
      if (notebook.is('notify'))
        host.post({ type: 'page', ask: { do: 'notify', title, body: words() } });
    },
    attention(now) {
      attended = now;
      if (now) calm();
    },
  };
}

async function sound(): Promise<void> {
  const { chime } = await import('./sound.ts');
  await chime();
}
