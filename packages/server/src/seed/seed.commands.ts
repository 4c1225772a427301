import type { Insertable } from 'kysely';
import { all, run, type Sql } from '../database/database.ts';
import { indexWords } from '../database/search-index.ts';
import type { ConversationTable, MessageTable } from '../database/tables/conversations.ts';
import { wordsOf } from '../search/words.ts';
import {
  SEED_AGENTS,
  SEED_LABELS,
  SEED_TEAMS,
  conversationOf,
  type SeedConversation,
  type SeedMessage,
  type SeedWanted,
} from './plan.ts';
import {
  insertAgents,
  insertConversations,
  insertLabels,
  insertMemberships,
  insertMessages,
  insertTeamMembers,
  insertTeams,
  insertVisitors,
} from './seed.store.ts';

/** Rows of one statement: both databases bound its parameters. */
const ROWS = 500;

export interface SeedPeople {
  readonly agentIds: readonly number[];
  readonly teamIds: readonly number[];
}

/** Agents nobody can sign in as, with teams and labels. A transaction. */
export function* seedPeople(sql: Sql, { siteId, now_ms }: { siteId: number; now_ms: number }) {
  const agents = yield* all(
    insertAgents(
      sql,
      SEED_AGENTS.map((name, place) => {
        const email = `seed-${now_ms}-${place}@agents.example`;
        const rest = { password_hash: '', disabled: 0, created_at: now_ms };
        return { name, email, email_key: email, ...rest };
      }),
    ),
  );
  const agentIds = ids(agents);
  yield* run(insertMemberships(sql, siteId, agentIds, now_ms));
  const teams = yield* all(
    insertTeams(
      sql,
      SEED_TEAMS.map((name) => ({ site_id: siteId, created_at: now_ms, name })),
    ),
  );
  const teamIds = ids(teams);
  if (teamIds.length > 0) {
    const members = agentIds.map((agent_id, place) => ({
      agent_id,
      team_id: teamIds[place % teamIds.length] ?? 0,
    }));
    yield* run(insertTeamMembers(sql, members));
  }
  yield* run(
    insertLabels(
      sql,
      SEED_LABELS.map(([name, color]) => ({ site_id: siteId, created_at: now_ms, name, color })),
    ),
  );
  return { agentIds, teamIds } satisfies SeedPeople;
}

export interface SeedChunk extends SeedPeople {
  readonly wanted: SeedWanted;
  readonly siteId: number;
  readonly now_ms: number;
  /** The place of its first conversation, and how many messages each has. */
  readonly first: number;
  readonly sizes: readonly number[];
}

/** Some conversations with their visitors and messages, and what finds them. A transaction. */
export function* seedChunk(sql: Sql, chunk: SeedChunk) {
  const { wanted, siteId, now_ms, first, sizes } = chunk;
  const plans = sizes.map((size, at) => conversationOf(wanted, first + at, size, now_ms));
  const visitorRows = plans.map(({ name, email, messages }) => ({
    site_id: siteId,
    name,
    email,
    email_key: email,
    identity: null,
    email_verified: 0,
    locale: null,
    page: null,
    attributes: null,
    created_at: messages[0]?.at_ms ?? now_ms,
    last_seen_at: messages.at(-1)?.at_ms ?? now_ms,
  }));
  const visitorIds = ids(yield* all(insertVisitors(sql, visitorRows)));
  for (const [at, id] of visitorIds.entries()) {
    const { name = null, email = null } = plans[at] ?? {};
    const words = foldedWords(`${name ?? ''} ${email ?? ''}`);
    if (words.length > 0) yield* run(indexWords(sql, 'visitor', { id, siteId, words }));
  }
  const placed = plans.map((plan) => ({ plan, rows: placesOf(plan.messages) }));
  const conversationRows = placed.map(({ plan, rows }, at) =>
    conversationRow(chunk, plan, rows, visitorIds[at] ?? 0),
  );
  const conversationIds = ids(yield* all(insertConversations(sql, conversationRows)));
  const messages = placed.flatMap(({ plan, rows }, at) =>
    rows.map((row) => messageRow(chunk, plan, row, conversationIds[at] ?? 0, visitorIds[at] ?? 0)),
  );
  for (let at = 0; at < messages.length; at += ROWS) {
    const rows = messages.slice(at, at + ROWS);
    const messageIds = ids(yield* all(insertMessages(sql, rows)));
    yield {
      statements: rows.map(({ text }, place) =>
        indexWords(sql, 'message', {
          id: messageIds[place] ?? 0,
          siteId,
          words: foldedWords(text),
        }),
      ),
    };
  }
  return messages.length;
}

interface Placed extends SeedMessage {
  readonly agentSeq: number;
  readonly visitorSeq: number | null;
}

function placesOf(messages: readonly SeedMessage[]): Placed[] {
  let visitor = 0;
  return messages.map((message, at) => {
    if (message.sender !== 'note') visitor += 1;
    const visitorSeq = message.sender === 'note' ? null : visitor;
    return { ...message, agentSeq: at + 1, visitorSeq };
  });
}

function conversationRow(
  { siteId, now_ms, agentIds, teamIds }: SeedChunk,
  plan: SeedConversation,
  rows: readonly Placed[],
  visitor_id: number,
): Insertable<ConversationTable> {
  const { status } = plan;
  const begun_ms = rows[0]?.at_ms ?? now_ms;
  const last_ms = rows.at(-1)?.at_ms ?? begun_ms;
  const answered = rows.findLastIndex(({ sender }) => sender === 'agent');
  const waits = rows.slice(answered + 1).find(({ sender }) => sender === 'visitor');
  const isActive = status === 'open' || status === 'pending';
  // Whoever answers has read what came before.
  const read = rows.slice(0, answered + 1).findLast(({ sender }) => sender === 'visitor');
  const mark = status === 'resolved' ? rows.findLast(({ sender }) => sender === 'visitor') : read;
  const seen = rows[answered];
  return {
    site_id: siteId,
    visitor_id,
    status,
    category: 'human-chats',
    assignee_id: plan.agent === null ? null : (agentIds[plan.agent] ?? null),
    team_id: plan.team === null ? null : (teamIds[plan.team] ?? null),
    priority: plan.priority,
    labels: JSON.stringify(plan.labels),
    snoozed_until: null,
    v_head: rows.reduce((head, { visitorSeq }) => visitorSeq ?? head, 0),
    a_head: rows.length,
    v_visitor_read: seen?.visitorSeq ?? 0,
    a_visitor_read: seen?.agentSeq ?? 0,
    v_agent_read: mark?.visitorSeq ?? 0,
    a_agent_read: mark?.agentSeq ?? 0,
    a_last_message: rows.length,
    created_at: begun_ms,
    last_activity_at: last_ms,
    waiting_since: isActive ? (waits?.at_ms ?? null) : null,
    resolved_at: status === 'resolved' ? last_ms : null,
    rating: null,
    rating_comment: null,
    rated_at: null,
  };
}

function messageRow(
  { siteId, agentIds }: SeedChunk,
  { name, agent }: SeedConversation,
  { sender, text, at_ms, agentSeq, visitorSeq }: Placed,
  conversation_id: number,
  visitorId: number,
): Insertable<MessageTable> {
  const place = agent ?? 0;
  return {
    site_id: siteId,
    conversation_id,
    v_seq: visitorSeq,
    v_changed_seq: visitorSeq,
    a_seq: agentSeq,
    a_changed_seq: agentSeq,
    sender_type: sender === 'visitor' ? 'visitor' : 'agent',
    sender_id: sender === 'visitor' ? visitorId : (agentIds[place] ?? 0),
    sender_name: sender === 'visitor' ? name : (SEED_AGENTS[place] ?? null),
    client_message_id: null,
    request_hash: '',
    private: sender === 'note' ? 1 : 0,
    text,
    created_at: at_ms,
    edited_at: null,
    deleted_at: null,
  };
}

/** In the order in which they were inserted. */
function ids(rows: readonly { readonly id: number }[]): number[] {
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}

function foldedWords(text: string): string[] {
  return wordsOf(text).map((word) => word.text);
}
