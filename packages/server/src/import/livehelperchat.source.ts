import type { ConversationStatus } from '@parley/protocol';
import {
  emailOf,
  NotTaken,
  required,
  text,
  timeOf,
  type OldConversation,
  type OldMessage,
  type Source,
  type SourceOptions,
} from './old-chat.ts';

/** As Live Helper Chat numbers them; 3, 4 and 5 are chat boxes, chats among operators, and bots. */
const STATUSES: Readonly<Record<string, ConversationStatus>> = {
  '0': 'open',
  '1': 'open',
  '2': 'resolved',
  '5': 'open',
};
/** What a bot leads, with nobody asked yet. */
const BOT = '5';

const SYSTEM_USER = '-1';
const BOT_USER = '-2';
const VISITOR_USER = '0';
/** Where its text keeps a file: `[file=12_a1b2c3]`. */
const FILE = /\[file=(\d+)_[^\]]*\]/g;

/** `lh_chat` and `lh_msg` of Live Helper Chat's MySQL. */
export function liveHelperChatSource({ inbox }: SourceOptions): Source {
  const conversations = new Map<string, OldConversation>();
  let files = 0;
  return {
    name: 'livehelperchat',
    tables: new Set(['lh_chat', 'lh_msg']),
    messages: 'lh_msg',
    note(row) {
      if (inbox !== null && text(row, 'dep_id') !== inbox) return;
      const key = required(row, 'id');
      const number = text(row, 'status') ?? '0';
      const status = STATUSES[number];
      if (status === undefined) {
        throw new NotTaken(`lh_chat: status ${number} is no chat with a visitor`);
      }
      const email = emailOf(text(row, 'email'));
      const person = {
        key: email?.toLowerCase() ?? `chat ${key}`,
        name: text(row, 'nick'),
        email,
      };
      const category = number === BOT ? 'ai-chats' : 'human-chats';
      conversations.set(key, { key, person, status, category });
    },
    conversation: (key) => conversations.get(key) ?? null,
    message(row) {
      const said = text(row, 'msg');
      if (said === null) throw new NotTaken('lh_msg: there is no text');
      files += said.match(FILE)?.length ?? 0;
      const sender = senderOf(text(row, 'user_id') ?? VISITOR_USER);
      return {
        key: required(row, 'id'),
        conversationKey: required(row, 'chat_id'),
        sender,
        senderName: sender === 'agent' ? text(row, 'name_support') : null,
        // What the system remarks is for operators alone.
        isPrivate: sender === 'system',
        text: said.replaceAll(FILE, '[file $1]'),
        at_ms: timeOf(row, 'time'),
      };
    },
    remarks: () =>
      files === 0 ? [] : [`${files} files lie in Live Helper Chat's folder: they are only named`],
  };
}

function senderOf(user: string): OldMessage['sender'] {
  if (user === VISITOR_USER) return 'visitor';
  if (user === SYSTEM_USER) return 'system';
  if (user === BOT_USER) return 'bot';
  if (/^\d+$/.test(user)) return 'agent';
  throw new NotTaken(`lh_msg: user_id ${user} is unknown`);
}
