// A process of its own, started by `page-process.ts`: visitors who only have a page open. Many of them
// beside those who write would keep one process busy, and then it is that which is measured.
import { createVisitorChat, platform, type VisitorChat } from '@parley/client';
import { siteToken } from '../harness/server.ts';
import { memoryStorage } from './storage.ts';

/** So many more pages, each at the next of these addresses. */
export interface OpenPages {
  readonly count: number;
  readonly baseUrls: readonly string[];
}

export interface PagesState {
  /** How many pages are open. */
  readonly open: number;
  /** How many of them have events by any provider. */
  readonly live: number;
}

const chats: VisitorChat[] = [];
let told = '';

process.on('message', (message) => {
  const { count, baseUrls } = message as OpenPages;
  for (let more = 0; more < count; more += 1) {
    const chat = createVisitorChat({
      baseUrl: baseUrls[chats.length % baseUrls.length] ?? '',
      siteToken,
      storage: memoryStorage(),
      environment: platform(),
    });
    chat.realtime.subscribe(tell);
    chat.start();
    chats.push(chat);
  }
  tell();
});
// Whoever started it is gone.
process.once('disconnect', () => process.exit());

function tell(): void {
  const live = chats.filter(({ realtime }) => realtime.get().realtimeProvider !== null).length;
  const state: PagesState = { open: chats.length, live };
  if (JSON.stringify(state) === told) return;
  told = JSON.stringify(state);
  process.send?.(state);
}
