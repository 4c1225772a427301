import type { AgentActor } from '../actor.ts';
import { selectMembersOf } from '../agent/agent.queries.ts';
import type { Context } from '../context.ts';
import { all, plain, run, runOne, type Sql } from '../database/database.ts';
import { mentionedIn } from './mention.ts';
import { insertMentions, removeMentionsOfAgent, removeMentionsOfMessage } from './mention.store.ts';

export interface MentionCommands {
  /** The agent has seen where it was named in the conversation. */
  seen(agent: AgentActor, conversationId: number): Promise<void>;
}

export function createMentionCommands({ database }: Pick<Context, 'database'>): MentionCommands {
  return {
    seen: async ({ agentId }, conversationId) => {
      const keys = { agent_id: agentId, conversation_id: conversationId };
      await database.write(runOne, plain(removeMentionsOfAgent(database.sql, keys)));
    },
  };
}

interface Note {
  readonly id: number;
  readonly siteId: number;
  readonly conversationId: number;
  readonly senderId: number;
  /** Empty: deleted. */
  readonly text: string;
}

/** Within the transaction that writes or changes a note: whom it names, other than its author. */
export function* noteMentions(
  sql: Sql,
  note: Note,
  { now_ms, isNew }: { now_ms: number; isNew: boolean },
) {
  if (!isNew) yield* run(removeMentionsOfMessage(sql, { message_id: note.id }));
  if (!note.text.includes('@')) return;
  const members = yield* all(selectMembersOf(sql, note.siteId));
  const ids = mentionedIn(note.text, members).filter((id) => id !== note.senderId);
  if (ids.length === 0) return;
  const rows = ids.map((agent_id) => ({
    agent_id,
    conversation_id: note.conversationId,
    message_id: note.id,
    created_at: now_ms,
  }));
  yield* run(insertMentions(sql, rows));
}
