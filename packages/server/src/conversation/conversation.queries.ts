import type {
  AgentMessagesAnswer,
  Chat,
  Conversation,
  InboxAnswer,
  InboxEntry,
  InboxQuery,
  MessagesAnswer,
} from '@parley/protocol';
import type { Actor, AgentActor, Audience, VisitorActor } from '../actor.ts';
import type { FileLinks } from '../attachment/file-link.ts';
import type { Context } from '../context.ts';
import { all, first, type Sql } from '../database/database.ts';
import { pageOfMessages, type PageOfMessages } from '../message/message.queries.ts';
import { chatsOfEmail } from './chats.queries.ts';
import { selectIdsOfVisitor } from './chats.store.ts';
import { selectLatestViews } from './chats.store.ts';
import { takesNextMessage } from './conversation.ts';
import {
  selectCurrent,
  selectHeads,
  selectRefOfAgent,
  selectRefOfVisitor,
} from './conversation.store.ts';
import {
  selectCurrentViews,
  selectViewOfAgent,
  selectViewOfVisitor,
  viewFromRow,
} from './view.store.ts';
import { inboxPage } from './inbox.queries.ts';
import { presentConversation, presentEntry, seconds } from './view.ts';

export interface ConversationRef {
  readonly id: number;
  readonly siteId: number;
  readonly visitorId: number;
}

export type Heads = Readonly<Record<Audience, number>>;

/** Each answers null where the actor may not see the conversation, or there is none. */
export interface ConversationQueries {
  /** Whether the actor may see it: for channel authorization and typing. */
  find(actor: Actor, conversationId: number): Promise<ConversationRef | null>;
  /** The newest places of both streams, by conversation, for channels that were authorized before. */
  headsOf(conversationIds: readonly number[]): Promise<ReadonlyMap<number, Heads>>;
  /** The conversations that these visitors' next messages would go to, by visitor. */
  currentOf(visitorIds: readonly number[]): Promise<ReadonlyMap<number, number>>;

  conversationOfVisitor(visitor: VisitorActor, id: number): Promise<Conversation | null>;
  /** The one that the visitor's next message would go to. */
  currentConversation(visitor: VisitorActor): Promise<Conversation | null>;
  messagesOfVisitor(
    visitor: VisitorActor,
    id: number,
    page: PageOfMessages,
  ): Promise<Omit<MessagesAnswer, 'success'> | null>;

  /** All of the visitor's, the oldest first. */
  idsOfVisitor(visitor: VisitorActor): Promise<number[]>;

  inbox(agent: AgentActor, query: InboxQuery): Promise<Omit<InboxAnswer, 'success'>>;
  entry(agent: AgentActor, id: number): Promise<InboxEntry | null>;
  messagesOfAgent(
    agent: AgentActor,
    id: number,
    page: PageOfMessages,
  ): Promise<Omit<AgentMessagesAnswer, 'success'> | null>;

  /** @throws AppError `forbidden` (SEC-2) */
  chatsOfEmail(actor: Actor, email: string): Promise<Chat[]>;
}

export function createConversationQueries({
  database,
  clock,
  fileKey,
}: Pick<Context, 'database' | 'clock' | 'fileKey'>): ConversationQueries {
  const { sql } = database;
  const links = (): FileLinks => ({ fileKey, now_ms: clock.now_ms() });
  return {
    find: async (actor, conversationId) => {
      const [row] = await database.query(
        actor.kind === 'visitor'
          ? selectRefOfVisitor(sql, { ...keysOf(actor), id: conversationId })
          : selectRefOfAgent(sql, { agent_id: actor.agentId, id: conversationId }),
      );
      return row === undefined
        ? null
        : { id: row.id, siteId: row.site_id, visitorId: row.visitor_id };
    },
    headsOf: async (ids) => {
      const rows = await database.query(selectHeads(sql, { ids }));
      return new Map(
        rows.map(({ id, v_head, a_head }) => [id, { visitor: v_head, agent: a_head }]),
      );
    },
    currentOf: async (visitorIds) => {
      const now_ms = clock.now_ms();
      const rows = await database.query(selectCurrent(sql, { visitorIds, now_ms }));
      // Of each visitor the first is the one; a map keeps the last.
      return new Map(rows.toReversed().map(({ visitor_id, id }) => [visitor_id, id]));
    },
    conversationOfVisitor: async (visitor, id) => {
      const [row] = await database.query(selectViewOfVisitor(sql, { ...keysOf(visitor), id }));
      return row === undefined ? null : presentConversation(viewFromRow(row), 'visitor');
    },
    currentConversation: async (visitor) => {
      const view = await database.snapshot(currentView, { visitor, now_ms: clock.now_ms() });
      return view === null ? null : presentConversation(view, 'visitor');
    },
    messagesOfVisitor: (visitor, id, page) =>
      database.snapshot(readAsVisitor, { visitor, id, page, links: links() }),
    idsOfVisitor: async (visitor) => {
      const rows = await database.query(selectIdsOfVisitor(sql, keysOf(visitor)));
      return rows.map(({ id }) => id);
    },
    inbox: (agent, query) => database.snapshot(inboxPage, { agentId: agent.agentId, query }),
    entry: async (agent, id) => {
      const [row] = await database.query(selectViewOfAgent(sql, { agent_id: agent.agentId, id }));
      return row === undefined ? null : presentEntry(viewFromRow(row));
    },
    messagesOfAgent: (agent, id, page) =>
      database.snapshot(readAsAgent, { agent, id, page, links: links() }),
    chatsOfEmail: (actor, email) =>
      database.snapshot(chatsOfEmail, { actor, email, links: links() }),
  };
}

/** Conversation and messages in one state: a change that commits later is in neither (SYNC-3). */
function* readAsVisitor(
  sql: Sql,
  input: { visitor: VisitorActor; id: number; page: PageOfMessages; links: FileLinks },
) {
  const { visitor, id, page, links } = input;
  const row = yield* first(selectViewOfVisitor(sql, { ...keysOf(visitor), id }));
  if (row === undefined) return null;
  const conversation = presentConversation(viewFromRow(row), 'visitor');
  const { head } = conversation;
  const { siteId } = visitor;
  const of = { siteId, conversationId: id, audience: 'visitor', head, links } as const;
  return { conversation, head, ...(yield* pageOfMessages(sql, of, page)) };
}

function* readAsAgent(
  sql: Sql,
  input: { agent: AgentActor; id: number; page: PageOfMessages; links: FileLinks },
) {
  const { agent, id, page, links } = input;
  const row = yield* first(selectViewOfAgent(sql, { agent_id: agent.agentId, id }));
  if (row === undefined) return null;
  const conversation = presentEntry(viewFromRow(row));
  const { head } = conversation;
  const of = { siteId: row.site_id, conversationId: id, audience: 'agent', head, links } as const;
  return { conversation, head, ...(yield* pageOfMessages(sql, of, page)) };
}

/** Within a transaction: what agents are told of the visitor's conversations, the latest first. */
export function* latestOfVisitor(
  sql: Sql,
  of: { site_id: number; visitor_id: number; limit: number },
) {
  const rows = yield* all(selectLatestViews(sql, of));
  return rows.map((row) => {
    const { id, status, last_message, last_activity_ms } = presentEntry(viewFromRow(row));
    return {
      id,
      status,
      preview: last_message?.preview ?? '',
      timestamp: seconds(last_activity_ms),
    };
  });
}

/** Within a transaction: the conversation that the visitor's next message would go to, or null. */
export function* currentView(sql: Sql, input: { visitor: VisitorActor; now_ms: number }) {
  const row = yield* first(selectCurrentViews(sql, keysOf(input.visitor)));
  if (row === undefined) return null;
  const view = viewFromRow(row);
  return takesNextMessage(view.state, input.now_ms, row.reopen_window_ms) ? view : null;
}

function keysOf(visitor: VisitorActor): { site_id: number; visitor_id: number } {
  return { site_id: visitor.siteId, visitor_id: visitor.visitorId };
}
