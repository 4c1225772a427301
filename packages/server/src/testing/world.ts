import { randomBytes, randomUUID } from 'node:crypto';
import type { AgentRole, Message } from '@parley/protocol';
import type { AgentActor, VisitorActor } from '../actor.ts';
import { createAgentCommands } from '../agent/agent.commands.ts';
import { createAgentQueries } from '../agent/agent.queries.ts';
import type { Broadcast, Publication, Remote } from '../broadcast/publication.ts';
import type { Context, Hooked } from '../context.ts';
import { createConversationCommands } from '../conversation/conversation.commands.ts';
import { createConversationQueries } from '../conversation/conversation.queries.ts';
import type { Database } from '../database/database.ts';
import { createSnoozeJobHandlers } from '../conversation/snooze.commands.ts';
import { createLabelCommands } from '../label/label.commands.ts';
import { createLabelQueries } from '../label/label.queries.ts';
import { createMentionCommands } from '../mention/mention.commands.ts';
import { createMentionQueries } from '../mention/mention.queries.ts';
import { createSavedViewCommands } from '../saved-view/saved-view.commands.ts';
import { createSavedViewQueries } from '../saved-view/saved-view.queries.ts';
import { indexMessages } from '../search/search.commands.ts';

import { createRetentionCommands } from '../retention/retention.commands.ts';
import { createSearchQueries } from '../search/search.queries.ts';
import { createMessageCommands, type SentMessage } from '../message/message.commands.ts';
import { createSiteCommands } from '../site/site.commands.ts';
import { createSiteQueries } from '../site/site.queries.ts';
import type { Site } from '../site/site.ts';
import { createAgentTeamCommands } from '../team/team.commands.ts';
import { createAgentTeamQueries } from '../team/team.queries.ts';
import { hashToken } from '../token.ts';
import { createVisitorDetailsCommands } from '../visitor/details.commands.ts';
import { createVisitorDetailsQueries } from '../visitor/details.queries.ts';
import { createEraseCommands } from '../visitor/erase.commands.ts';
import { createVisitorCommands, type InitVisitor } from '../visitor/visitor.commands.ts';
import { createVisitorQueries } from '../visitor/visitor.queries.ts';

/** As it was published, with its data as objects. */
export type Published = Omit<Publication, 'data'> & { readonly data: object };

export function parsed(publication: Publication): Published {
  return { ...publication, data: JSON.parse(publication.data) as object };
}

/** What was published, in order. */
class RecordingBroadcast implements Broadcast {
  readonly remotes: readonly Remote[];
  readonly published: Published[] = [];
  constructor(remotes: readonly Remote[]) {
    this.remotes = remotes;
  }
  publish(publications: readonly Publication[]): void {
    this.published.push(...publications.map(parsed));
  }
  /** What came since this was asked last. */
  take(): Published[] {
    return this.published.splice(0);
  }
}

export class TestClock {
  #now_ms = Date.UTC(2026, 10, 21, 12);
  now_ms(): number {
    return this.#now_ms;
  }
  advance(by_ms: number): void {
    this.#now_ms += by_ms;
  }
}

/** What is only warned of is a fault in a test. */
function rethrow({ err }: { err?: unknown }): void {
  throw err;
}

export type World = ReturnType<typeof createWorld>;

/** All commands and queries on one database, with a clock that the test moves. */
export function createWorld(database: Database, remotes: readonly Remote[] = [], hooked = false) {
  const clock = new TestClock();
  const broadcast = new RecordingBroadcast(remotes);
  const hooks: Hooked = { any: hooked, written: () => undefined };
  const context: Context = {
    database,
    broadcast,
    clock,
    fileKey: 'the key of the tests',
    hooks,
    random: { token: () => randomBytes(32).toString('base64url') },
  };
  return {
    database,
    clock,
    broadcast,
    sites: { ...createSiteCommands(context), ...createSiteQueries(context) },
    agents: { ...createAgentCommands(context), ...createAgentQueries(context) },
    visitors: { ...createVisitorCommands(context), ...createVisitorQueries(context) },
    conversations: {
      ...createConversationCommands(context, () => undefined),
      ...createConversationQueries(context),
    },
    messages: createMessageCommands(context, () => undefined),
    labels: { ...createLabelCommands(context), ...createLabelQueries(context) },
    teams: { ...createAgentTeamCommands(context), ...createAgentTeamQueries(context) },
    search: createSearchQueries(context),
    views: { ...createSavedViewCommands(context), ...createSavedViewQueries(context) },
    erase: createEraseCommands({ context, onErased: () => undefined }),
    retention: createRetentionCommands({
      context,
      siteQueries: createSiteQueries(context),
      onGone: () => undefined,
      logger: { info: () => undefined, warn: rethrow },
    }),
    mentions: { ...createMentionCommands(context), ...createMentionQueries(context) },
    visitorDetails: {
      ...createVisitorDetailsCommands(context),
      ...createVisitorDetailsQueries(context),
    },
    handlers: createSnoozeJobHandlers(context),
  };
}

export function newSite(world: World): Promise<Site> {
  return world.sites.createSite({ name: 'A site' });
}

export async function newAgent(
  world: World,
  memberships: readonly { site: Site; role?: AgentRole }[],
  name = 'Ada Agent',
): Promise<AgentActor> {
  const email = `${randomUUID()}@agents.example`;
  const agent = await world.agents.createAgent({ name, email, password: 'a long password' });
  for (const { site, role = 'agent' } of memberships) {
    await world.agents.addMembership({ siteId: site.id, agentId: agent.id, role });
  }
  return actorOf(world, agent.id);
}

/** The same agent, in another site too: quicker than a new one, whose password takes its time. */
export async function joinSite(
  world: World,
  agent: AgentActor,
  site: Site,
  role: AgentRole,
): Promise<AgentActor> {
  await world.agents.addMembership({ siteId: site.id, agentId: agent.agentId, role });
  return actorOf(world, agent.agentId);
}

async function actorOf(world: World, agentId: number): Promise<AgentActor> {
  const actor = await world.agents.actorOf(agentId);
  if (actor === null) throw new Error('The agent that was just made is not there');
  return actor;
}

const NOTHING: Omit<InitVisitor, 'site'> = {
  visitorToken: undefined,
  name: undefined,
  email: undefined,
  locale: undefined,
  page: undefined,
  identityToken: undefined,
};

export async function visit(
  world: World,
  site: Site,
  input: Partial<Omit<InitVisitor, 'site'>> = {},
) {
  const answer = await world.visitors.initVisitor({ ...NOTHING, ...input, site });
  const visitor = await world.visitors.findVisitorByTokenHash(hashToken(answer.visitor_token));
  if (visitor === null) throw new Error('The token that was just given leads nowhere');
  return { ...answer, actor: visitor.actor };
}

export async function newVisitor(world: World, site: Site, name?: string): Promise<VisitorActor> {
  return (await visit(world, site, { name })).actor;
}

/** Sends and gives the message with its conversation's id. */
export async function say(world: World, visitor: VisitorActor, text: string, id?: string) {
  const sent = await world.messages.sendByVisitor(visitor, {
    text,
    client_message_id: id,
    conversation_id: undefined,
    files: null,
  });
  return read(sent);
}

export async function answer(
  world: World,
  agent: AgentActor,
  conversationId: number,
  text: string,
  options: { id?: string; private?: boolean } = {},
) {
  const sent = await world.messages.replyByAgent(agent, conversationId, {
    text,
    client_message_id: options.id,
    private: options.private ?? false,
    files: null,
  });
  return read(sent);
}

function read({ messageJson, ...sent }: SentMessage) {
  return { ...sent, message: JSON.parse(messageJson) as Message };
}

/** Until all that was committed is in the search index. */
export async function indexAll({ database }: World): Promise<void> {
  while ((await database.write(indexMessages, { after: null, limit: 100 })).more);
}

/** The code of the AppError that the promise rejects with, or what it resolved to. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error.code;
    throw error;
  }
}
