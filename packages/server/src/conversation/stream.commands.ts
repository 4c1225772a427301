// What every command that changes a conversation has in common: places, events, the outbox. The
// commands of messages and visitors use it too, since what they change stands in a conversation.
import type { FileLinks } from '../attachment/file-link.ts';
import {
  type BroadcastJob,
  broadcastKind,
  broadcastQueue,
  type Publication,
  type Remote,
} from '../broadcast/publication.ts';
import type { CompiledQuery } from 'kysely';
import type { Context } from '../context.ts';
import { first, together, togetherLast, type Sql, type Transaction } from '../database/database.ts';
import { enqueue } from '../job/job.commands.ts';
import type { MessageState } from '../message/message.ts';
import type { ConversationState } from './conversation.ts';
import {
  advanceConversation,
  conversationColumns,
  insertConversation,
  updateConversation,
} from './conversation.store.ts';
import {
  selectSurrounding,
  selectView,
  surroundingsOf,
  viewFromRow,
  type SurroundingRow,
  type ViewRow,
} from './view.store.ts';
import { inboxPublication, publicationsOf, type Happening } from './publications.ts';
import type { ConversationView, LastMessage, Surroundings } from './view.ts';
import { webhookDataOf, webhookEventOf } from './webhook-events.ts';
import { hear } from '../webhook/hear.commands.ts';

/** What a transaction is given beside its command. */
export interface Circumstances extends FileLinks {
  readonly remotes: readonly Remote[];
  /** Whether there are webhooks. */
  readonly hooked: boolean;
}

/** What a transaction gives back; the publications go out after the commit (SYNC-8). */
export interface Outcome<R> {
  readonly result: R;
  readonly publications: readonly Publication[];
}

/** Runs a command's transaction, then tells everybody. */
export async function commit<I, R>(
  { database, clock, broadcast, fileKey, hooks }: Context,
  transaction: Transaction<I & Circumstances, Outcome<R>>,
  input: I,
): Promise<R> {
  const { remotes } = broadcast;
  const hooked = hooks.any;
  const { result, publications } = await database.write(transaction, {
    ...input,
    now_ms: clock.now_ms(),
    fileKey,
    remotes,
    hooked,
  });
  if (publications.length > 0) broadcast.publish(publications);
  if (hooked) hooks.written();
  return result;
}

/** The id comes from the database. */
export function* startConversation(sql: Sql, state: Omit<ConversationState, 'id'>) {
  const row = yield* first(insertConversation(sql, conversationColumns(state)));
  if (row === undefined) throw new Error('The inserted conversation was not returned');
  return { ...state, id: row.id };
}

/**
 * Saves a conversation after one change and makes its events, from the same rows that a fetch would
 * give: so stale state + events = fresh state (SYNC-5).
 */
export function* record(
  sql: Sql,
  publications: Publication[],
  state: ConversationState,
  happening: Happening,
  circumstances: Circumstances,
) {
  const isWhole = happening.kind === 'started' || happening.kind === 'conversation-updated';
  const [, [row]] = yield* together(
    (isWhole ? updateConversation : advanceConversation)(sql, columnsOf(state)),
    selectView(sql, { id: state.id, site_id: state.siteId }),
  );
  const view = viewFrom(row, state);
  publications.push(...publicationsOf(view, happening));
  yield* hearOf(sql, view, happening, circumstances);
  return view;
}

/**
 * As {@link record}, for a message without files that is only now inserted: the same round trip brings
 * both, and of the conversation only what is not known is read.
 *
 * @param known what stood around the conversation before, where the visitor wrote; null: it is read
 */
export function* recordMessage(
  sql: Sql,
  publications: Publication[],
  state: ConversationState,
  unsaved: Omit<MessageState, 'id'>,
  insert: CompiledQuery<{ id: number }>,
  known: Surroundings | null,
  circumstances: Circumstances,
) {
  const { remotes, hooked } = circumstances;
  const advance = advanceConversation(sql, columnsOf(state));
  // After a note whom it names is written, and then the outbox where there is one.
  const isLast = remotes.length === 0 && !hooked && !unsaved.private;
  const inOneTrip = isLast ? togetherLast : together;
  const id = { id: state.id, site_id: state.siteId };
  const [[inserted], , [row]] =
    known === null
      ? yield* inOneTrip(insert, advance, selectSurrounding(sql, id))
      : [...(yield* inOneTrip(insert, advance)), []];
  if (inserted === undefined) throw new Error('The inserted message was not returned');
  const around = known === null ? mustSurround(state, row) : withOneMore(known);
  const message: MessageState = { ...unsaved, id: inserted.id };
  const view = { state, ...around, lastMessage: lastMessageFrom(message) };
  const happening: Happening = { kind: 'message-received', message };
  publications.push(...publicationsOf(view, happening));
  yield* hearOf(sql, view, happening, circumstances);
  return { message, view };
}

function mustSurround(state: ConversationState, row: SurroundingRow | undefined): Surroundings {
  if (row === undefined) throw new Error(`Conversation ${state.id} is gone`);
  return surroundingsOf(state, row);
}

/** What a look after one more message of the visitor would show. */
function withOneMore(before: Surroundings): Surroundings {
  const { visitor, agent } = before.unread;
  return { ...before, unread: { visitor, agent: agent + 1 } };
}

/** Webhooks hear of it too. */
function* hearOf(
  sql: Sql,
  view: ConversationView,
  happening: Happening,
  circumstances: Circumstances,
) {
  const event = webhookEventOf(happening);
  if (event === null) return;
  const { siteId, visitorId } = view.state;
  const data = () => webhookDataOf(view, happening);
  yield* hear(sql, { event, siteId, visitorId, data }, circumstances);
}

function lastMessageFrom(message: MessageState): LastMessage {
  const { id, senderType, senderName, text, createdAt_ms } = message;
  return {
    id,
    senderType,
    senderName,
    text,
    file: message.attachments[0] ?? null,
    private: message.private,
    createdAt_ms,
  };
}

function columnsOf(state: ConversationState) {
  return { ...conversationColumns(state), id: state.id };
}

export function* viewOf(sql: Sql, state: Pick<ConversationState, 'id' | 'siteId'>) {
  return viewFrom(yield* first(selectView(sql, { id: state.id, site_id: state.siteId })), state);
}

function viewFrom(row: ViewRow | undefined, { id }: Pick<ConversationState, 'id'>) {
  if (row === undefined) throw new Error(`Conversation ${id} is gone`);
  return viewFromRow(row);
}

/** After the last change of a conversation: the inbox's row, and the outbox for remote providers. */
export function* conclude(
  sql: Sql,
  publications: Publication[],
  view: ConversationView,
  { now_ms, remotes }: Circumstances,
) {
  publications.push(inboxPublication(view));
  const { id } = view.state;
  const own = publications.filter((publication) => publication.conversationId === id);
  yield* enqueue(
    sql,
    remotes.map((remote) => ({
      kind: broadcastKind(remote),
      queueKey: broadcastQueue(remote, id),
      payload: { remote, publications: own } satisfies BroadcastJob,
    })),
    now_ms,
  );
}
