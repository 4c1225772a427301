import { PARLEY_SITE } from '../peers/app.ts';
import type { Api } from './api.ts';

/** A visitor with a conversation of one message. */
export interface TalkingVisitor {
  readonly token: string;
  readonly conversationId: number;
  /** What its page has to hear. */
  readonly channels: readonly string[];
}

export async function beginVisitor(api: Api): Promise<TalkingVisitor> {
  const init = (await api.post('/api/chatbot/init', PARLEY_SITE.token, {})) as {
    visitor_token: string;
    visitor: { id: number };
  };
  const token = init.visitor_token;
  const first = await api.post('/api/chatbot/message', token, { text: 'the first' });
  const { conversation_id: id } = (first as { message: { conversation_id: number } }).message;
  const channels = [`private-chat.conversation.${id}`, `private-chat.visitor.${init.visitor.id}`];
  return { token, conversationId: id, channels };
}

/** @param atOnce so many are begun at the same time */
export async function beginVisitors(
  api: Api,
  count: number,
  atOnce: number,
): Promise<TalkingVisitor[]> {
  const all: TalkingVisitor[] = [];
  while (all.length < count) {
    const wave = Math.min(atOnce, count - all.length);
    all.push(...(await Promise.all(Array.from({ length: wave }, () => beginVisitor(api)))));
  }
  return all;
}
