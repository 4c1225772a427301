import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useChat, useMe } from '../chat-context.tsx';
import { debugLine } from '../connection/debug.ts';
import { renew } from './browser-push.ts';

/** Only paths of conversations: whoever posts to this page cannot send it elsewhere. */
const CONVERSATION = /^\/admin\/chatbot\/([1-9]\d{0,15})$/;

/** Keeps this browser ringing for who is signed in, and opens what was rung for. */
export function useNotifications(): void {
  const chat = useChat();
  const navigate = useNavigate();
  const { agent } = useMe();
  useEffect(() => {
    renew(chat).catch((error: unknown) => {
      debugLine(`notifications: ${error instanceof Error ? error.message : String(error)}`);
    });
  }, [chat, agent.id]);
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return undefined;
    const listening = new AbortController();
    navigator.serviceWorker.addEventListener(
      'message',
      ({ data }: MessageEvent<unknown>) => {
        const [, id] = CONVERSATION.exec(pathOf(data)) ?? [];
        if (id !== undefined) void navigate({ to: '/chatbot/$id', params: { id }, search: true });
      },
      { signal: listening.signal },
    );
    return () => listening.abort();
  }, [navigate]);
}

function pathOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('path' in data)) return '';
  return typeof data.path === 'string' ? data.path : '';
}
