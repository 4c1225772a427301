import type { InboxEntry, VisitorDetails, VisitorDetailsAnswer } from '@parley/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { useToast } from '../../ui/toast.tsx';

export interface KnownVisitor {
  /** Null until loaded. */
  readonly details: VisitorDetails | null;
  readonly failed: boolean;
  /** Whether it was done; what failed is said. */
  readonly change: (
    method: 'PATCH' | 'POST' | 'DELETE',
    path: string,
    body?: object,
  ) => Promise<boolean>;
}

/**
 * What is known of the visitor of a conversation. Asked again when something of it changed in the
 * conversation: then it may have come to another page as well.
 */
export function useVisitor({ visitor, blocked, last_message }: InboxEntry): KnownVisitor {
  const chat = useChat();
  const queries = useQueryClient();
  const say = useToast();
  const path = `/admin/visitors/${visitor.id}`;
  const key = ['visitor', visitor.id];
  const { data, isError } = useQuery({
    queryKey: key,
    queryFn: () => chat.request<VisitorDetailsAnswer>('GET', path),
  });
  const news = `${String(blocked)} ${visitor.name} ${visitor.email} ${last_message?.id}`;
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['visitor', visitor.id] });
  }, [queries, visitor.id, news]);

  return {
    details: data?.visitor ?? null,
    failed: isError,
    async change(method, below, body) {
      try {
        const answer = await chat.request<VisitorDetailsAnswer>(method, path + below, body);
        queries.setQueryData(key, answer);
        return true;
      } catch (error) {
        say(t('conversation.changeFailed', { message: messageOf(error) }));
        return false;
      }
    },
  };
}
