import { record as noteDeed, recordOfServer } from '../audit/audit.commands.ts';
import type { By } from '../audit/audit.ts';
import { agentsAudience, inboxAudience, visitorAudience } from '../broadcast/audience.ts';
import type { Context } from '../context.ts';
import { commit, type Circumstances } from '../conversation/stream.commands.ts';
import { emptyConversations } from '../conversation/visitor-change.commands.ts';
import { first, run, type Sql } from '../database/database.ts';
import { withdrawTranscripts } from '../mail/transcript.commands.ts';
import { forgetDeliveries, hear } from '../webhook/hear.commands.ts';
import { lockVisitor, profileColumns, removeVisitor, updateVisitor } from './visitor.store.ts';

/** A visitor, and the site that it is known to be of. */
export interface VisitorOf {
  readonly siteId: number;
  readonly visitorId: number;
}

export interface EraseCommands {
  /**
   * Nothing is left of the visitor in the database when this resolves; false where there was none.
   * Its files are named for the next sweep.
   */
  eraseVisitor(visitor: VisitorOf, by: By): Promise<boolean>;
  /** As {@link EraseCommands.eraseVisitor}, by the visitor, who takes its agreement back; false where there was none. */
  withdraw(visitor: VisitorOf): Promise<boolean>;
  /** Writes down that somebody took out all that is known of the visitor. */
  noteExport(visitor: VisitorOf, by: By): Promise<void>;
}

export interface EraseOptions {
  readonly context: Context;
  /** What happened for these audiences is to be forgotten, on all nodes. */
  readonly onErased: (visitorId: number, audiences: readonly string[]) => void;
}

export function createEraseCommands({ context, onErased }: EraseOptions): EraseCommands {
  async function erase({ siteId, visitorId }: VisitorOf, by: By | 'visitor'): Promise<boolean> {
    const conversationIds = await commit(context, eraseVisitor, { siteId, visitorId, by });
    if (conversationIds === null) return false;
    const conversations = conversationIds.map(agentsAudience);
    onErased(visitorId, [visitorAudience(visitorId), inboxAudience(siteId), ...conversations]);
    return true;
  }

  return {
    eraseVisitor: erase,
    withdraw: (visitor) => erase(visitor, 'visitor'),
    noteExport: (visitor, by) => context.database.write(noteVisitorExport, { ...visitor, by }),
  };
}

/**
 * A transaction. Whoever looks at one of the conversations is shown, last of all, that it is over and
 * its visitor nobody; then all of it is deleted, and with the rows what refers to them: messages,
 * words that are searched, mentions, tokens.
 */
export function* eraseVisitor(sql: Sql, input: VisitorOf & { by: By | 'visitor' } & Circumstances) {
  const { siteId, visitorId, by } = input;
  const keys = { site_id: siteId, id: visitorId };
  const visitor = yield* first(lockVisitor(sql, keys));
  const isOwn = by === 'visitor';
  if (visitor === undefined || (isOwn && visitor.consent_version === null)) {
    return { result: null, publications: [] };
  }
  const nobody = { name: null, email: null, identity: null, emailVerified: false };
  const bare = { ...visitor, ...profileColumns(nobody), page: null, attributes: null };
  yield* run(updateVisitor(sql, bare));
  yield* forgetDeliveries(sql, visitorId);
  const { conversationIds, publications } = yield* emptyConversations(sql, input, input);
  yield* withdrawTranscripts(sql, input);
  yield* run(removeVisitor(sql, keys));
  const data = () => ({ site_id: siteId, visitor: { id: visitorId } });
  // Whoever was told of the visitor is told that it is to be forgotten.
  yield* hear(sql, { event: 'visitor.erased', siteId, visitorId: null, data }, input);
  const target = `#${visitorId}`;
  if (isOwn) {
    const deed = { siteId, action: 'visitor.withdrew', target } as const;
    yield* recordOfServer(sql, deed, { agentId: null, at_ms: input.now_ms });
  } else yield* noteDeed(sql, by, { siteId, action: 'visitor.erased', target });
  return { result: conversationIds, publications };
}

/** A transaction. */
export function* noteVisitorExport(sql: Sql, { siteId, visitorId, by }: VisitorOf & { by: By }) {
  yield* noteDeed(sql, by, { siteId, action: 'visitor.exported', target: `#${visitorId}` });
}
