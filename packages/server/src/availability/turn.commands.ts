import type { InboxEntry } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import type { Publication } from '../broadcast/publication.ts';
import type { Context } from '../context.ts';
import { applyPatch } from '../conversation/conversation.commands.ts';
import { patchConversation } from '../conversation/conversation.ts';
import { heldConversation, heldOfSite } from '../conversation/held.queries.ts';
import { commit, conclude, record, type Circumstances } from '../conversation/stream.commands.ts';
import { all, first, run, type Sql } from '../database/database.ts';
import { lockSiteOf } from '../site/site.queries.ts';
import { nextInTurn } from './availability.ts';
import { selectTurns, updateTurn } from './availability.store.ts';

/** Conversations go round among those who are online. */
export interface TurnCommands {
  /** @throws AppError `not_found`, `nobody_online`: nobody but who has it already */
  assignNext(agent: AgentActor, conversationId: number): Promise<InboxEntry>;
  /** A new conversation of a site that assigns so; where nobody is online it stays with nobody. */
  assignNew(siteId: number, conversationId: number): Promise<void>;
}

export function createTurnCommands(
  context: Context,
  online: () => readonly number[],
): TurnCommands {
  return {
    assignNext: (agent, id) => commit(context, giveNext, { agent, id, online: online() }),
    async assignNew(siteId, id) {
      const there = online();
      if (there.length > 0) await commit(context, giveNew, { siteId, id, online: there });
    },
  };
}

/** Within a transaction that holds the conversation: takes a turn at the site. */
function* takeTurn(sql: Sql, siteId: number, online: readonly number[], except: number | null) {
  // Two at once would both find the same agent.
  yield* first(lockSiteOf(sql, siteId));
  const rows = yield* all(selectTurns(sql, { site_id: siteId }));
  const members = rows.map(({ id, turn, away }) => ({
    agentId: id,
    turn,
    online: away === 0 && online.includes(id),
  }));
  const next = nextInTurn(members, except);
  if (next === null) return null;
  yield* run(updateTurn(sql, { site_id: siteId, agent_id: next.agentId, turn: next.turn }));
  return next.agentId;
}

/** A transaction. */
export function* giveNext(
  sql: Sql,
  input: { agent: AgentActor; id: number; online: readonly number[] } & Circumstances,
) {
  const { agent, id, online } = input;
  const { siteId, assigneeId } = yield* heldConversation(sql, agent, id);
  const next = yield* takeTurn(sql, siteId, online, assigneeId);
  if (next === null) throw new AppError('nobody_online', 'Nobody else is online.');
  return yield* applyPatch(sql, { ...input, patch: { assignee_id: next } });
}

/** A transaction. Nothing happens where somebody took it meanwhile. */
export function* giveNew(
  sql: Sql,
  input: { siteId: number; id: number; online: readonly number[] } & Circumstances,
) {
  const { siteId, id, online, now_ms } = input;
  const publications: Publication[] = [];
  const before = yield* heldOfSite(sql, siteId, id);
  if (before?.assigneeId !== null) return { result: undefined, publications };
  const assignee_id = yield* takeTurn(sql, siteId, online, null);
  const change = assignee_id === null ? null : patchConversation(before, { assignee_id }, now_ms);
  if (change === null) return { result: undefined, publications };
  const { state, place } = change;
  const happening = { kind: 'conversation-updated', place } as const;
  const view = yield* record(sql, publications, state, happening, input);
  yield* conclude(sql, publications, view, input);
  return { result: undefined, publications };
}
