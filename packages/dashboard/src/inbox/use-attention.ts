import { useEffect } from 'react';
import { useChat } from '../chat-context.tsx';
import { useStore } from '../ui/use-store.ts';
import { t } from '../i18n/translate.ts';
import { pageIsRead } from '../ui/page-is-read.ts';
import { showCount } from '../notifications/favicon.ts';
import { chime } from './chime.ts';

/** The title of the page, with the number of conversations that have something unread. */
export function useTitle(place: string): void {
  const inbox = useStore(useChat().inbox);
  const unread = inbox.entries.filter((entry) => entry.unread > 0).length;
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${place} · ${t('app.name')}`;
  }, [unread, place]);
  useEffect(() => showCount(unread), [unread]);
}

/** A soft sound for a message that nobody is looking at. */
export function useSound(openId: number | null): void {
  const chat = useChat();
  useEffect(
    () =>
      chat.on('message', (_message, entry) => {
        if (entry.id !== openId || !pageIsRead()) chime();
      }),
    [chat, openId],
  );
}
