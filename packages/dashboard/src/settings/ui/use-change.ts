import { useQueryClient } from '@tanstack/react-query';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { useToast } from '../../ui/toast.tsx';

/** Changes something by one call, says what went wrong, and has the list behind it loaded anew. */
export function useChange(
  list: string,
): (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => Promise<void> {
  const chat = useChat();
  const queries = useQueryClient();
  const say = useToast();
  return async (method, path, body) => {
    try {
      await chat.request(method, path, body);
      await queries.invalidateQueries({ queryKey: [list] });
    } catch (error) {
      say(messageOf(error));
    }
  };
}
