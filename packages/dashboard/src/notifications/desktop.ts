import type { AgentChat } from '@parley/client';
import { type NotificationAnswer, rings } from '@parley/protocol';
import type { QueryClient } from '@tanstack/react-query';
import { pageIsRead } from '../ui/page-is-read.ts';
import { browserPush, desktop } from './browser-push.ts';

/** Held by each page of the dashboard that somebody looks at; the browser lets go of it with the page. */
const LOOKED_AT = 'parley.looked-at';
/** So long no other page shows the same. */
const SHOWN_ms = 10_000;
/** Settings seldom change; each page asks again after this. */
const SETTINGS_ms = 5 * 60_000;

export interface Ring {
  readonly messageId: number;
  readonly conversationId: number;
  readonly assigneeId: number | null;
  readonly title: string;
  readonly body: string;
}

export interface Ringer {
  readonly chat: AgentChat;
  readonly agentId: number;
  readonly queries: QueryClient;
  /** Opens the conversation in this page. */
  readonly open: (conversationId: number) => void;
}

/** Tells the other pages whether somebody looks at this one, until the signal says that it is over. */
export function watchAttention(signal: AbortSignal): void {
  if (!('locks' in navigator) || signal.aborted) return;
  let release: (() => void) | null = null;
  const letGo = (): void => {
    release?.();
    release = null;
  };
  const look = (): void => {
    if (!pageIsRead()) return letGo();
    if (release !== null) return;
    const looking = new Promise<void>((done) => {
      release = done;
    });
    void navigator.locks.request(LOOKED_AT, { mode: 'shared' }, () => looking);
  };
  for (const event of ['focus', 'blur']) window.addEventListener(event, look, { signal });
  document.addEventListener('visibilitychange', look, { signal });
  signal.addEventListener('abort', letGo);
  look();
}

/**
 * A message that came while nobody looks at the dashboard, and that no push tells of: one page of the
 * browser shows it, whichever takes the lock first.
 */
export async function ring(ringer: Ringer, news: Ring): Promise<void> {
  if (!('Notification' in window) || !('locks' in navigator)) return;
  if (Notification.permission !== 'granted' || desktop.get() === 'off' || pageIsRead()) return;
  const name = `parley.ring.${news.messageId}`;
  await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock === null || (await isLookedAt()) || (await browserPush()) === 'on') return;
    if (!(await isWanted(ringer, news))) return;
    show(ringer, news);
    await new Promise((done) => {
      setTimeout(done, SHOWN_ms);
    });
  });
}

async function isLookedAt(): Promise<boolean> {
  const { held } = await navigator.locks.query();
  return held?.some(({ name }) => name === LOOKED_AT) ?? false;
}

/** As by push: what the agent wants to hear of, and when. */
async function isWanted({ chat, agentId, queries }: Ringer, news: Ring): Promise<boolean> {
  const { settings } = await queries.fetchQuery({
    queryKey: ['notifications'],
    queryFn: () => chat.request<NotificationAnswer>('GET', '/admin/notifications'),
    staleTime: SETTINGS_ms,
  });
  return rings(settings, agentId, news, Date.now());
}

function show({ open }: Ringer, { conversationId, title, body }: Ring): void {
  const shown = new Notification(title, {
    body,
    icon: '/admin/icon-192.png',
    tag: `conversation-${conversationId}`,
  });
  shown.addEventListener('click', () => {
    shown.close();
    window.focus();
    open(conversationId);
  });
}
