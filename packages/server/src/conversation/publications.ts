import { channelName, type EventName, type Reader } from '@parley/protocol';
import type { Audience } from '../actor.ts';
import { agentsAudience, inboxAudience, visitorAudience } from '../broadcast/audience.ts';
import type { Publication } from '../broadcast/publication.ts';
import { presentUpdated, receivedText, type MessageState } from '../message/message.ts';
import type { Place, Places } from './conversation.ts';
import { presentConversation, presentEntry, type ConversationView } from './view.ts';

/** What happened to a conversation, with the conversation as it was right after that. */
export type Happening =
  | { readonly kind: 'started' }
  | { readonly kind: 'message-received'; readonly message: MessageState }
  | { readonly kind: 'message-updated'; readonly message: MessageState }
  | {
      readonly kind: 'read';
      readonly place: Place;
      readonly reader: Reader;
      readonly upTo: Places;
    }
  | {
      readonly kind: 'conversation-updated';
      readonly place: Place;
      /** What it was for webhooks; absent: some other change. */
      readonly as?: 'conversation.resolved' | 'conversation.rated';
    };

/** A conversation was changed, perhaps so that it is resolved now. Pure. */
export function updatedAs(place: Place, isResolved: boolean): Happening {
  return {
    kind: 'conversation-updated',
    place,
    ...(isResolved && { as: 'conversation.resolved' as const }),
  };
}

/** The events of one change, on the channels of both audiences (SPEC §4). Pure. */
export function publicationsOf(view: ConversationView, happening: Happening): Publication[] {
  if (happening.kind === 'started') {
    const { visitorId } = view.state;
    return [
      {
        channel: channelName({ kind: 'visitor', visitorId }),
        event: 'ChatConversationStarted',
        data: JSON.stringify({ conversation: presentConversation(view, 'visitor') }),
        audience: visitorAudience(visitorId),
        conversationId: view.state.id,
      },
    ];
  }
  const publications: Publication[] = [];
  for (const audience of ['visitor', 'agent'] as const) {
    const event = eventOf(view, happening, audience);
    if (event === null) continue;
    publications.push({ ...event, ...target(view, audience), conversationId: view.state.id });
  }
  return publications;
}

/** The row of the inbox as it is after all that happened. */
export function inboxPublication(view: ConversationView): Publication {
  const { id, siteId } = view.state;
  return {
    channel: channelName({ kind: 'site-inbox', siteId }),
    event: 'ChatInboxUpdated',
    data: JSON.stringify({ conversation: presentEntry(view) }),
    audience: inboxAudience(siteId),
    conversationId: id,
  };
}

function target(
  { state: { id, visitorId } }: ConversationView,
  audience: Audience,
): Pick<Publication, 'channel' | 'audience'> {
  return audience === 'visitor'
    ? {
        channel: channelName({ kind: 'conversation', conversationId: id }),
        audience: visitorAudience(visitorId),
      }
    : {
        channel: channelName({ kind: 'conversation-agents', conversationId: id }),
        audience: agentsAudience(id),
      };
}

/** Null where this audience's stream does not show it. */
function eventOf(
  view: ConversationView,
  happening: Exclude<Happening, { kind: 'started' }>,
  audience: Audience,
): { event: EventName; data: string } | null {
  switch (happening.kind) {
    case 'message-received':
      return withText('ChatMessageReceived', receivedText(happening.message, audience));
    case 'message-updated':
      return named('ChatMessageUpdated', presentUpdated(happening.message, audience));
    case 'read': {
      const seq = happening.place[audience];
      if (seq === null) return null;
      return named('ChatMessagesRead', {
        conversation_id: view.state.id,
        seq,
        reader: happening.reader,
        up_to: happening.upTo[audience],
      });
    }
    case 'conversation-updated': {
      const seq = happening.place[audience];
      if (seq === null) return null;
      return named('ChatConversationUpdated', {
        ...presentConversation(view, audience),
        conversation_id: view.state.id,
        seq,
      });
    }
  }
}

function named(event: EventName, data: object | null): { event: EventName; data: string } | null {
  return withText(event, data === null ? null : JSON.stringify(data));
}

function withText(
  event: EventName,
  data: string | null,
): { event: EventName; data: string } | null {
  return data === null ? null : { event, data };
}
