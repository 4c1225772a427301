import { type Channel, type ChannelAuth, parseChannel } from '@parley/protocol';
import { signChannel } from '@parley/realtime';
import type { App } from '../config/reverb.ts';
import type { ConversationQueries } from '../conversation/conversation.queries.ts';
import type { AgentLogin, VisitorLogin } from '../http/identity.ts';

type Login = VisitorLogin | AgentLogin;

/** Who may hear a channel (SPEC §4); the look-up itself decides for conversations. */
async function maySubscribe(
  login: Login,
  channel: Channel,
  { find }: Pick<ConversationQueries, 'find'>,
): Promise<boolean> {
  switch (channel.kind) {
    case 'conversation':
      return (await find(login.actor, channel.conversationId)) !== null;
    case 'conversation-agents':
      return login.kind === 'agent' && (await find(login.actor, channel.conversationId)) !== null;
    case 'visitor':
      return login.kind === 'visitor' && login.actor.visitorId === channel.visitorId;
    case 'site-inbox':
    case 'site-agents':
      return login.kind === 'agent' && login.actor.siteIds.includes(channel.siteId);
  }
}

export interface ChannelRequest {
  readonly login: Login;
  /** Well-formed. */
  readonly socketId: string;
  readonly name: string;
  /** Whose signature the provider expects. */
  readonly app: App;
}

/** What a Pusher client sends along to subscribe; null where it may not. */
export async function authorizeChannel(
  { login, socketId, name, app }: ChannelRequest,
  queries: Pick<ConversationQueries, 'find'>,
): Promise<ChannelAuth | null> {
  const channel = parseChannel(name);
  if (channel === null || !(await maySubscribe(login, channel, queries))) return null;
  const input = { key: app.key, secret: app.secret.reveal(), socketId, channel: name };
  if (channel.kind !== 'site-agents' || login.kind !== 'agent') return { auth: signChannel(input) };
  const { id, name: agentName } = login.agent;
  const channelData = JSON.stringify({ user_id: String(id), user_info: { name: agentName } });
  return { auth: signChannel({ ...input, channelData }), channel_data: channelData };
}
