import type { Database } from '../database/database.ts';
import { importBatch, type ImportBatch } from './import.commands.ts';
import { NotTaken, type OldMessage, type Source } from './old-chat.ts';
import type { Fault, OldRow } from './old-row.ts';
import { rowsOf, type ImportFile } from './read-file.ts';

export interface ImportOptions {
  /** Null: only looks what would be taken. */
  readonly database: Pick<Database, 'write'> | null;
  readonly siteId: number;
  readonly source: Source;
  readonly files: readonly ImportFile[];
  readonly now_ms: number;
  readonly onFault: (fault: Fault & { readonly file: string }) => void;
}

export interface ImportSum {
  /** Conversations that are new here; of a look alone: all that have messages. */
  conversations: number;
  messages: number;
  /** Messages that were here already. */
  known: number;
  notTaken: number;
}

const BATCH_MESSAGES = 500;

/**
 * Brings over all that is not here yet. What was written stays where a later part fails: the next run
 * goes on from there.
 * @throws ImportError where a file as a whole cannot be read
 */
export async function importChats(options: ImportOptions): Promise<ImportSum> {
  const sum: ImportSum = { conversations: 0, messages: 0, known: 0, notTaken: 0 };
  const { source, files } = options;
  await eachRow(options, files, sum, (row) => {
    if (row.table !== source.messages) source.note(row);
  });
  const seen = new Set<string>();
  let batch: Grouped = new Map();
  let size = 0;
  const flush = async (file: string): Promise<void> => {
    const chats = [...batch.values()];
    batch = new Map();
    size = 0;
    if (chats.length > 0) await write(options, chats, { seen, sum, file });
  };
  for (const file of files) {
    for await (const read of rowsOf(file, source.tables)) {
      if (!('row' in read) || read.row.table !== source.messages) continue;
      try {
        add(batch, source, read.row);
        size += 1;
      } catch (error) {
        refuse(error, { ...options, sum, file: file.path, line: read.row.line });
      }
      if (size >= BATCH_MESSAGES) await flush(file.path);
    }
    await flush(file.path);
  }
  return sum;
}

type Chats = ImportBatch['chats'][number] & {
  readonly messages: OldMessage[];
  readonly line: number;
};
type Grouped = Map<string, Chats>;

/** @throws NotTaken */
function add(batch: Grouped, source: Source, row: OldRow): void {
  const message = source.message(row);
  const { conversationKey } = message;
  const conversation =
    batch.get(conversationKey)?.conversation ?? source.conversation(conversationKey);
  if (conversation === null) {
    throw new NotTaken(
      `${row.table}: conversation ${conversationKey} is not there, or was not taken`,
    );
  }
  const { name, email } = conversation.person;
  for (const value of [message.text, message.senderName, message.key, name, email]) {
    if (value?.includes('\0') || value?.isWellFormed() === false) {
      throw new NotTaken(`${row.table}: a NUL or half a character`);
    }
  }
  const chats = batch.get(conversationKey);
  if (chats === undefined) {
    batch.set(conversationKey, { conversation, messages: [message], line: row.line });
  } else chats.messages.push(message);
}

async function write(
  { database, siteId, source, now_ms, onFault }: ImportOptions,
  chats: readonly Chats[],
  { seen, sum, file }: { seen: Set<string>; sum: ImportSum; file: string },
): Promise<void> {
  if (database === null) {
    for (const { conversation, messages } of chats) {
      if (!seen.has(conversation.key)) sum.conversations += 1;
      seen.add(conversation.key);
      sum.messages += messages.length;
    }
    return;
  }
  const lines = new Map(chats.map((chat) => [chat.conversation.key, chat.line]));
  const plain = chats.map(({ conversation, messages }) => ({ conversation, messages }));
  const done = await database.write(importBatch, {
    siteId,
    source: source.name,
    now_ms,
    chats: plain,
  });
  sum.conversations += done.conversations;
  sum.messages += done.messages;
  sum.known += done.known;
  for (const key of done.resolved) {
    const reason = `conversation ${key} is resolved here, for another of the same person is open`;
    onFault({ file, line: lines.get(key) ?? 0, reason });
  }
}

async function eachRow(
  options: ImportOptions,
  files: readonly ImportFile[],
  sum: ImportSum,
  take: (row: OldRow) => void,
): Promise<void> {
  for (const file of files) {
    for await (const read of rowsOf(file, options.source.tables)) {
      if ('fault' in read) {
        sum.notTaken += 1;
        options.onFault({ ...read.fault, file: file.path });
        continue;
      }
      try {
        take(read.row);
      } catch (error) {
        refuse(error, { ...options, sum, file: file.path, line: read.row.line });
      }
    }
  }
}

function refuse(
  error: unknown,
  at: Pick<ImportOptions, 'onFault'> & { sum: ImportSum; file: string; line: number },
): void {
  if (!(error instanceof NotTaken)) throw error;
  at.sum.notTaken += 1;
  at.onFault({ file: at.file, line: at.line, reason: error.message });
}
