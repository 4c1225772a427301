/**
 * Names of the channels (SPEC §4), in the style of Laravel's `private('chat.conversation.7')`.
 *
 * | channel | who | events |
 * |---|---|---|
 * | `private-chat.conversation.{id}` | its visitor, agents of its site | the visitor stream, typing |
 * | `private-chat.conversation.{id}.agents` | agents of its site | the agent stream, typing with preview, `ChatViewing` |
 * | `private-chat.visitor.{id}` | that visitor | `ChatConversationStarted` |
 * | `private-chat.site.{id}.inbox` | agents of the site | `ChatInboxUpdated`, `ChatVisitorsChanged`, `ChatAgentsChanged`, `ChatTyping` of visitors |
 * | `presence-chat.site.{id}.agents` | agents of the site | which agents are here |
 */
export type Channel =
  | { kind: 'conversation'; conversationId: number }
  | { kind: 'conversation-agents'; conversationId: number }
  | { kind: 'visitor'; visitorId: number }
  | { kind: 'site-inbox'; siteId: number }
  | { kind: 'site-agents'; siteId: number };

export function channelName(channel: Channel): string {
  switch (channel.kind) {
    case 'conversation':
      return `private-chat.conversation.${channel.conversationId}`;
    case 'conversation-agents':
      return `private-chat.conversation.${channel.conversationId}.agents`;
    case 'visitor':
      return `private-chat.visitor.${channel.visitorId}`;
    case 'site-inbox':
      return `private-chat.site.${channel.siteId}.inbox`;
    case 'site-agents':
      return `presence-chat.site.${channel.siteId}.agents`;
  }
}

const PATTERN =
  /^(?:private-chat\.conversation\.([1-9]\d{0,15})(\.agents)?|private-chat\.visitor\.([1-9]\d{0,15})|(private|presence)-chat\.site\.([1-9]\d{0,15})\.(inbox|agents))$/;

/** The channel of a name, or null for one that Parley does not know. */
export function parseChannel(name: string): Channel | null {
  const match = PATTERN.exec(name);
  // `$` also matches before a closing line break: the name must be the whole match.
  if (match === null || match[0] !== name) return null;
  const [, conversation, agents, visitor, kind, site, topic] = match;
  if (conversation !== undefined) {
    const conversationId = Number(conversation);
    return { kind: agents === undefined ? 'conversation' : 'conversation-agents', conversationId };
  }
  if (visitor !== undefined) return { kind: 'visitor', visitorId: Number(visitor) };
  const siteId = Number(site);
  if (kind === 'private' && topic === 'inbox') return { kind: 'site-inbox', siteId };
  if (kind === 'presence' && topic === 'agents') return { kind: 'site-agents', siteId };
  return null;
}
