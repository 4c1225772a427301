import type { WebhookEvent } from '@parley/protocol';
import { presentMessage } from '../message/message.ts';
import type { Happening } from './publications.ts';
import { presentConversation, type ConversationView } from './view.ts';

/** What webhooks call it; null: they do not hear of it. Pure. */
export function webhookEventOf(happening: Happening): WebhookEvent | null {
  switch (happening.kind) {
    case 'started':
      return 'conversation.created';
    case 'message-received':
      return 'message.created';
    case 'message-updated':
      return 'message.updated';
    case 'conversation-updated':
      return happening.as ?? 'conversation.updated';
    case 'read':
      return null;
  }
}

/** What is said of it, as agents see it. Pure. */
export function webhookDataOf(view: ConversationView, happening: Happening): object {
  const about = {
    site_id: view.state.siteId,
    conversation: presentConversation(view, 'agent'),
  };
  return 'message' in happening
    ? { ...about, message: presentMessage(happening.message, 'agent') }
    : about;
}
