import { LIMITS } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import type { Context } from '../context.ts';
import { commit, type Circumstances } from '../conversation/stream.commands.ts';
import { announceBlock } from '../conversation/visitor-change.commands.ts';
import { all, first, run, type Sql } from '../database/database.ts';
import {
  blockVisitor,
  insertNote,
  insertPage,
  selectVisitorById,
  moveNotes,
  movePages,
  prunePages,
  removeNote,
  selectNotes,
} from './details.store.ts';
import { hear } from '../webhook/hear.commands.ts';
import { parseAttributes, presentVisitor } from './visitor.ts';
import { lockVisitor, type VisitorRow } from './visitor.store.ts';

/** For every agent of the visitor's site. Each throws AppError `not_found`. */
export interface VisitorDetailsCommands {
  /** What a blocked visitor writes is refused from the commit on. */
  setBlocked(agent: AgentActor, visitorId: number, blocked: boolean): Promise<void>;
  /** @throws AppError `too_many` */
  addNote(agent: AgentActor, name: string, visitorId: number, text: string): Promise<void>;
  /** One's own; owners and admins any. @throws AppError `forbidden` */
  deleteNote(agent: AgentActor, visitorId: number, noteId: number): Promise<void>;
}

export function createVisitorDetailsCommands(context: Context): VisitorDetailsCommands {
  const { database, clock } = context;
  return {
    setBlocked: async (agent, visitorId, blocked) => {
      await commit(context, changeBlock, { agent, visitorId, blocked });
    },
    addNote: async (agent, name, visitorId, text) => {
      const note = { agent, name, visitorId, text: text.trim(), now_ms: clock.now_ms() };
      await database.write(addVisitorNote, note);
    },
    deleteNote: async (agent, visitorId, noteId) => {
      await database.write(dropVisitorNote, { agent, visitorId, noteId });
    },
  };
}

/** A transaction. */
export function* changeBlock(
  sql: Sql,
  input: { agent: AgentActor; visitorId: number; blocked: boolean } & Circumstances,
) {
  const { agent, visitorId, blocked, now_ms } = input;
  const { site_id } = yield* visitorOf(sql, agent, visitorId);
  // Held before its conversations, as everywhere.
  const visitor = yield* first(lockVisitor(sql, { site_id, id: visitorId }));
  if (visitor === undefined) throw noVisitor();
  if ((visitor.blocked_at !== null) === blocked) return { result: null, publications: [] };
  yield* run(blockVisitor(sql, { site_id, id: visitorId, blocked_at: blocked ? now_ms : null }));
  const now = { ...visitor, blocked_at: blocked ? now_ms : null };
  yield* hearOfVisitor(sql, now, input);
  const publications = yield* announceBlock(sql, { siteId: site_id, visitorId }, input);
  return { result: null, publications };
}

/** A transaction. */
export function* addVisitorNote(
  sql: Sql,
  input: { agent: AgentActor; name: string; visitorId: number; text: string; now_ms: number },
) {
  const { agent, name, visitorId, text, now_ms } = input;
  const { site_id } = yield* visitorOf(sql, agent, visitorId);
  // Two at once would both find room.
  yield* run(lockVisitor(sql, { site_id, id: visitorId }));
  const limit = LIMITS.visitorNotes;
  const notes = yield* all(selectNotes(sql, { visitor_id: visitorId, limit }));
  if (notes.length >= limit) {
    throw new AppError('too_many', `A visitor has at most ${limit} notes.`);
  }
  yield* run(
    insertNote(sql, {
      visitor_id: visitorId,
      agent_id: agent.agentId,
      agent_name: name,
      text,
      created_at: now_ms,
    }),
  );
}

/** A transaction. */
export function* dropVisitorNote(
  sql: Sql,
  { agent, visitorId, noteId }: { agent: AgentActor; visitorId: number; noteId: number },
) {
  const { site_id } = yield* visitorOf(sql, agent, visitorId);
  const notes = yield* all(selectNotes(sql, { visitor_id: visitorId, limit: LIMITS.visitorNotes }));
  const note = notes.find(({ id }) => id === noteId);
  if (note === undefined) throw new AppError('not_found', 'There is no such note.');
  if (note.agent_id !== agent.agentId && agent.roles.get(site_id) === 'agent') {
    throw new AppError('forbidden', 'Somebody else wrote this note.');
  }
  yield* run(removeNote(sql, { visitor_id: visitorId, id: noteId }));
}

function* visitorOf(sql: Sql, agent: AgentActor, id: number) {
  const visitor = yield* first(selectVisitorById(sql, { id }));
  if (visitor === undefined || !agent.siteIds.includes(visitor.site_id)) throw noVisitor();
  return visitor;
}

/** Within a transaction: webhooks hear what the visitor is now. */
export function* hearOfVisitor(sql: Sql, visitor: VisitorRow, circumstances: Circumstances) {
  const { id: visitorId, site_id: siteId } = visitor;
  const data = () => ({
    site_id: siteId,
    visitor: presentVisitor(visitor),
    attributes: parseAttributes(visitor.attributes),
    blocked: visitor.blocked_at !== null,
  });
  yield* hear(sql, { event: 'visitor.updated', siteId, visitorId, data }, circumstances);
}

/** Within a transaction that holds the visitor: it came to another page. */
export function* notePage(
  sql: Sql,
  visit: { visitorId: number; url: string; title: string | null; now_ms: number },
) {
  const { visitorId: visitor_id, url, title, now_ms: seen_at } = visit;
  yield* run(insertPage(sql, { visitor_id, url, title, seen_at }));
  yield* run(prunePages(sql, { visitor_id, keep: LIMITS.visitorPages }));
}

/** Within a transaction that holds both: what is known of one is known of the other. */
export function* moveDetails(
  sql: Sql,
  move: { siteId: number; fromId: number; toId: number; blocked_at: number | null },
) {
  const { siteId: site_id, toId, blocked_at } = move;
  if (blocked_at !== null) yield* run(blockVisitor(sql, { site_id, id: toId, blocked_at }));
  const ids = { from_id: move.fromId, to_id: move.toId };
  yield* run(movePages(sql, ids));
  yield* run(moveNotes(sql, ids));
  yield* run(prunePages(sql, { visitor_id: move.toId, keep: LIMITS.visitorPages }));
}

function noVisitor(): AppError {
  return new AppError('not_found', 'There is no such visitor.');
}
