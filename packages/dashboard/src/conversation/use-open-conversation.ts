import type { OpenConversation, OpenConversationView, Store } from '@parley/client';
import { useLayoutEffect, useState } from 'react';
import { useChat } from '../chat-context.tsx';
import { useStore } from '../ui/use-store.ts';

const LOADING: OpenConversationView = { status: 'loading' };
const nothingYet: Store<OpenConversationView> = {
  get: () => LOADING,
  subscribe: () => () => undefined,
};

/** Follows a conversation for as long as it is on screen. Null until the first effect has run. */
export function useOpenConversation(id: number): {
  readonly open: OpenConversation | null;
  readonly view: OpenConversationView;
} {
  const chat = useChat();
  const [open, setOpen] = useState<OpenConversation | null>(null);
  // Before the browser draws: what is there already is shown without an empty page before it.
  useLayoutEffect(() => {
    const opened = chat.open(id);
    setOpen(opened);
    return () => {
      setOpen(null);
      opened.close();
    };
  }, [chat, id]);
  return { open, view: useStore(open?.view ?? nothingYet) };
}
