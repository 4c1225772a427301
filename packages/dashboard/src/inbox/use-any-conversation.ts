import type { InboxAnswer } from '@parley/protocol';
import { useQuery } from '@tanstack/react-query';
import { useChat } from '../chat-context.tsx';

/**
 * Whether the agent's sites have any conversation at all. Asked only while a view of the inbox is
 * empty: then it tells "all answered" from "nothing has ever happened here". Null until known.
 */
export function useAnyConversation(asking: boolean): boolean | null {
  const chat = useChat();
  const { data } = useQuery({
    queryKey: ['any-conversation'],
    queryFn: async () => {
      const answer = await chat.request<InboxAnswer>('GET', '/admin/chatbot?limit=1');
      return answer.conversations.length > 0;
    },
    enabled: asking,
  });
  return data ?? null;
}
