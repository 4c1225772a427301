import type { Chat, ConversationCategory } from '@parley/protocol';
import { attachmentsOf } from '../attachment/attachment.queries.ts';
import type { FileLinks } from '../attachment/file-link.ts';
import type { Context } from '../context.ts';
import { chatMessage } from '../conversation/chat.ts';
import { all, together, type Sql } from '../database/database.ts';
import {
  CHATS_PER_USER_MAX,
  MESSAGES_MAX,
  USERS_MAX,
  withinChat,
  type ChatPlan,
  type UserPlan,
} from './dashboard-state.ts';
import {
  selectActiveVisitors,
  selectConversationsOf,
  selectNewestMessages,
  selectOwners,
  selectVisitors,
} from './sakura.store.ts';

/** Conversations of one site that are looked at to find the most recently active users. */
const ACTIVE_MAX = 3 * USERS_MAX;

/** For who was found to be an agent of the sites. */
export interface SakuraQueries {
  /** The most recently active users of the sites, without their messages. */
  usersOf(siteIds: readonly number[]): Promise<UserPlan[]>;
  /** The chats, in their order. */
  chatsOf(plans: readonly ChatPlan[]): Promise<Chat[]>;
}

export function createSakuraQueries({
  database,
  clock,
  fileKey,
}: Pick<Context, 'database' | 'clock' | 'fileKey'>): SakuraQueries {
  return {
    usersOf: (siteIds) => database.snapshot(usersOf, siteIds),
    chatsOf: (plans) =>
      database.snapshot(chatsOf, { plans, links: { fileKey, now_ms: clock.now_ms() } }),
  };
}

function* usersOf(sql: Sql, siteIds: readonly number[]) {
  if (siteIds.length === 0) return [];
  const ids = yield* activeVisitors(sql, siteIds);
  if (ids.length === 0) return [];
  const visitors = yield* all(selectVisitors(sql, ids));
  const rows = yield* all(selectConversationsOf(sql, ids, USERS_MAX * CHATS_PER_USER_MAX));
  const owners = yield* all(selectOwners(sql, siteIds));
  const byId = new Map(visitors.map((visitor) => [visitor.id, visitor]));
  const ownerOf = new Map(owners.toReversed().map((row) => [row.site_id, row.agent_id]));
  const chatsOfVisitor = Map.groupBy(rows, (row) => row.visitor_id);
  return ids.flatMap((id): UserPlan[] => {
    const visitor = byId.get(id);
    // Joined to another since it was active.
    if (visitor === undefined) return [];
    const chats = (chatsOfVisitor.get(id) ?? []).slice(0, CHATS_PER_USER_MAX);
    return [
      {
        id,
        name: visitor.name,
        email: visitor.email,
        siteId: visitor.site_id,
        ownerId: ownerOf.get(visitor.site_id) ?? null,
        category: (chats[0]?.category ?? null) as ConversationCategory | null,
        chats: chats.map((row) => ({
          id: row.id,
          siteId: row.site_id,
          status: row.status,
          head: row.a_head,
        })),
      },
    ];
  });
}

/** Of each site by itself, as an index gives them. */
function* activeVisitors(sql: Sql, siteIds: readonly number[]) {
  const pages = yield* together(
    ...siteIds.map((site_id) => selectActiveVisitors(sql, { site_id, limit: ACTIVE_MAX })),
  );
  const rows = pages.flat().sort((a, b) => b.last_activity_at - a.last_activity_at);
  return [...new Set(rows.map((row) => row.visitor_id))].slice(0, USERS_MAX);
}

function* chatsOf(sql: Sql, { plans, links }: { plans: readonly ChatPlan[]; links: FileLinks }) {
  const chats: Chat[] = [];
  for (const { id, siteId, status } of plans) {
    const rows = yield* all(
      selectNewestMessages(sql, { conversation_id: id, limit: MESSAGES_MAX }),
    );
    const ids = rows.map((row) => row.id);
    const files = yield* attachmentsOf(sql, siteId, ids, links);
    const newestFirst = rows.map((row) => chatMessage(row, files.get(row.id) ?? []));
    chats.push({ id, status, messages: withinChat(newestFirst) });
  }
  return chats;
}
