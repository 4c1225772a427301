import { useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useChat, useMe } from '../chat-context.tsx';
import { debugLine } from '../connection/debug.ts';
import { visitorName } from '../inbox/visitor-name.ts';
import { renew } from './browser-push.ts';

/** For who does not look: it need not be there first. */
const loadDesktop = () => import('./desktop.ts');

/** Only paths of conversations: whoever posts to this page cannot send it elsewhere. */
const CONVERSATION = /^\/admin\/chatbot\/([1-9]\d{0,15})$/;

/** Keeps this browser ringing for who is signed in, and opens what was rung for. */
export function useNotifications(): void {
  const chat = useChat();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { agent } = useMe();
  useEffect(() => {
    renew(chat).catch(tellFailure);
  }, [chat, agent.id]);
  useEffect(() => {
    const watching = new AbortController();
    loadDesktop().then(({ watchAttention }) => watchAttention(watching.signal), tellFailure);
    return () => watching.abort();
  }, []);
  useEffect(() => {
    const open = (id: number): void =>
      void navigate({ to: '/chatbot/$id', params: { id: String(id) }, search: true });
    return chat.on('message', ({ id, text }, entry) => {
      if (id === null) return;
      const news = {
        messageId: id,
        conversationId: entry.id,
        assigneeId: entry.assignee?.id ?? null,
        title: visitorName(entry.visitor),
        body: text,
      };
      loadDesktop()
        .then(({ ring }) => ring({ chat, agentId: agent.id, queries, open }, news))
        .catch(tellFailure);
    });
  }, [chat, navigate, queries, agent.id]);
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

function tellFailure(error: unknown): void {
  debugLine(`notifications: ${error instanceof Error ? error.message : String(error)}`);
}

function pathOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('path' in data)) return '';
  return typeof data.path === 'string' ? data.path : '';
}
