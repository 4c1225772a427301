import type { CannedReply, CannedReplyPatch, CannedReplyRequest } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import { managedSite } from '../agent/managed-site.ts';
import { AppError } from '../app-error.ts';
import type { By } from '../audit/audit.ts';
import { record } from '../audit/audit.commands.ts';
import type { Context } from '../context.ts';
import { all, first, run, type Sql } from '../database/database.ts';
import { replyFrom } from './canned.queries.ts';
import {
  type CannedRow,
  countReplies,
  insertReply,
  lockReply,
  removeReply,
  selectSameShortcut,
  updateReply,
} from './canned.store.ts';

/** Own ones are for every member; those of the site for who manages it. */
export interface CannedCommands {
  /** @throws AppError `not_found`, `forbidden`, `name_taken`, `too_many` */
  create(actor: AgentActor, reply: CannedReplyRequest, by: By): Promise<CannedReply>;
  /** @throws AppError `not_found`, `forbidden`, `name_taken` */
  change(actor: AgentActor, id: number, patch: CannedReplyPatch, by: By): Promise<CannedReply>;
  /** @throws AppError `not_found`, `forbidden` */
  remove(actor: AgentActor, id: number, by: By): Promise<void>;
}

const REPLIES_MAX = 1_000;

export function createCannedCommands({ database }: Pick<Context, 'database'>): CannedCommands {
  return {
    create: (actor, reply, by) => database.write(createCanned, { actor, reply, by }),
    change: (actor, id, patch, by) => database.write(changeCanned, { actor, id, patch, by }),
    remove: (actor, id, by) => database.write(removeCanned, { actor, id, by }),
  };
}

/** A transaction. */
export function* createCanned(
  sql: Sql,
  { actor, reply, by }: { actor: AgentActor; reply: CannedReplyRequest; by: By },
) {
  const { site_id, shortcut, text, own = false } = reply;
  if (own) requireMember(actor, site_id);
  else managedSite(actor, site_id, 'replies.manage');
  const count = (yield* first(countReplies(sql, { site_id })))?.count ?? 0;
  if (count >= REPLIES_MAX) {
    throw new AppError('too_many', `A site may have ${REPLIES_MAX} canned replies.`);
  }
  const row = yield* first(
    insertReply(sql, {
      site_id,
      agent_id: own ? actor.agentId : null,
      shortcut,
      shortcut_key: shortcut.toLowerCase(),
      text,
      created_at: by.at_ms,
    }),
  );
  if (row === undefined) throw taken(shortcut);
  if (!own) yield* record(sql, by, { siteId: site_id, action: 'reply.created', target: shortcut });
  return replyFrom(row);
}

/** A transaction. */
export function* changeCanned(
  sql: Sql,
  input: { actor: AgentActor; id: number; patch: CannedReplyPatch; by: By },
) {
  const { actor, id, patch, by } = input;
  const row = yield* changeable(sql, actor, id);
  const shortcut = patch.shortcut ?? row.shortcut;
  const shortcut_key = shortcut.toLowerCase();
  const same = yield* all(selectSameShortcut(sql, { site_id: row.site_id, shortcut_key }));
  if (same.some((other) => other.id !== id && other.agent_id === row.agent_id)) {
    throw taken(shortcut);
  }
  const text = patch.text ?? row.text;
  const changed = (yield* first(updateReply(sql, { id, shortcut, shortcut_key, text }))) ?? row;
  if (row.agent_id === null) {
    yield* record(sql, by, { siteId: row.site_id, action: 'reply.changed', target: shortcut });
  }
  return replyFrom(changed);
}

/** A transaction. */
export function* removeCanned(
  sql: Sql,
  { actor, id, by }: { actor: AgentActor; id: number; by: By },
) {
  const row = yield* changeable(sql, actor, id);
  yield* run(removeReply(sql, { id }));
  if (row.agent_id === null) {
    yield* record(sql, by, { siteId: row.site_id, action: 'reply.deleted', target: row.shortcut });
  }
}

/** One's own, or one of a site that one manages; another's own is not there. */
function* changeable(sql: Sql, actor: AgentActor, id: number) {
  const row: CannedRow | undefined = yield* first(lockReply(sql, { id }));
  const isThere =
    row !== undefined &&
    actor.roles.has(row.site_id) &&
    (row.agent_id === null || row.agent_id === actor.agentId);
  if (!isThere) throw new AppError('not_found', 'There is no such canned reply.');
  if (row.agent_id === null) managedSite(actor, row.site_id, 'replies.manage');
  return row;
}

function requireMember(actor: AgentActor, siteId: number): void {
  if (!actor.roles.has(siteId)) throw new AppError('not_found', 'There is no such site.');
}

function taken(shortcut: string): AppError {
  return new AppError('name_taken', `There is a canned reply /${shortcut} already.`);
}
