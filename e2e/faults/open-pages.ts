// A process of its own, started by `page-process.ts`: visitors who only have a page open, and the
// proxies that they sit behind. Many of them beside those who write would keep one process busy, and
// then it is that which is measured.
import { createVisitorChat, platform, type VisitorChat } from '@parley/client';
import { type Proxy, startProxy } from '../harness/proxy.ts';
import { siteToken } from '../harness/server.ts';
import { memoryStorage } from './storage.ts';

/** What such a process is told to do. */
export type PagesOrder =
  /** So many more pages, each on the next of these servers. */
  | { readonly type: 'open'; readonly count: number; readonly ports: readonly number[] }
  /** All connections are cut. */
  | { readonly type: 'flap' };

export interface PagesState {
  /** How many pages are open. */
  readonly open: number;
  /** How many of them have events by any provider. */
  readonly live: number;
}

const proxies = new Map<number, Proxy>();
const chats: VisitorChat[] = [];
let told = '';

process.on('message', (message) => void take(message as PagesOrder));
// Whoever started it is gone.
process.once('disconnect', () => process.exit());

async function take(order: PagesOrder): Promise<void> {
  if (order.type === 'flap') {
    for (const proxy of proxies.values()) proxy.flap();
    return;
  }
  for (let more = 0; more < order.count; more += 1) {
    const port = order.ports[chats.length % order.ports.length] ?? 0;
    const proxy = proxies.get(port) ?? (await startProxy({ targetPort: port }));
    proxies.set(port, proxy);
    const storage = memoryStorage();
    const chat = createVisitorChat({
      baseUrl: proxy.url,
      siteToken,
      storage,
      environment: platform(),
    });
    chat.realtime.subscribe(tell);
    chat.start();
    chats.push(chat);
  }
  tell();
}

function tell(): void {
  const live = chats.filter(({ realtime }) => realtime.get().realtimeProvider !== null).length;
  const state: PagesState = { open: chats.length, live };
  if (JSON.stringify(state) === told) return;
  told = JSON.stringify(state);
  process.send?.(state);
}
