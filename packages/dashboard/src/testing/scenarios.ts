import type {
  AgentPhase,
  ConversationView,
  InboxView,
  LogMessage,
  RealtimeState,
} from '@parley/client';
import type { InboxEntry, MemberSite } from '@parley/protocol';
import type { Scenario } from './hand-driven-chat.ts';
import { sampleMessage } from './sample-message.ts';
import { sampleEntry } from './samples.ts';

const NOW_S = Math.floor(Date.now() / 1000);
const MINUTE_S = 60;
const HOUR_S = 3_600;

const sites: readonly MemberSite[] = [
  {
    id: 1,
    name: 'Northwind',
    role: 'owner',
    token: 'demo-site-token-1234567890',
    allowed_origins: [],
  },
  {
    id: 2,
    name: 'Fabrikam',
    role: 'agent',
    token: 'other-site-token-123456789',
    allowed_origins: ['https://fabrikam.example'],
  },
];

const ready = (count: 1 | 2): AgentPhase => ({
  phase: 'ready',
  agent: { id: 1, name: 'Ada Lovelace', email: 'ada@northwind.example' },
  uploads: undefined,
  sites: sites.slice(0, count),
});

const live: RealtimeState = {
  realtimeProvider: 'reverb',
  realtimeConnected: true,
  channelSubscription: 'private-chat.site.1.inbox',
  trouble: 'none',
};

function last(
  preview: string,
  ago_s: number,
  part: Partial<NonNullable<InboxEntry['last_message']>> = {},
) {
  return {
    last_message: {
      id: 1,
      sender_type: 'visitor' as const,
      sender_name: null,
      preview,
      private: false,
      timestamp: NOW_S - ago_s,
      ...part,
    },
    last_activity_ms: (NOW_S - ago_s) * 1000,
  };
}

const byAda = { sender_type: 'agent' as const, sender_name: 'Ada Lovelace' };

const entries: readonly InboxEntry[] = [
  sampleEntry({
    id: 31,
    visitor: { id: 118, name: null, email: null, verified: false },
    unread: 1,
    waiting_since: NOW_S - 12,
    timestamp: NOW_S - 40,
    ...last('Hi! Do you ship to Norway?', 12),
  }),
  sampleEntry({
    id: 30,
    visitor: {
      id: 117,
      name: 'Mireille Okonkwo-Desrosiers',
      email: 'mireille@okonkwo.example',
      verified: true,
    },
    unread: 4,
    waiting_since: NOW_S - 14 * MINUTE_S,
    timestamp: NOW_S - 9 * 24 * HOUR_S,
    labels: ['billing', 'vip'],
    assignee: { id: 1, name: 'Ada Lovelace' },
    ...last(
      'The invoice from the 3rd was charged twice, and the second one does not show the right VAT number either.',
      2 * MINUTE_S,
    ),
  }),
  sampleEntry({
    id: 29,
    visitor: { id: 116, name: 'Jonas Weber', email: 'jonas@weber.example', verified: false },
    unread: 1,
    waiting_since: NOW_S - 3 * MINUTE_S,
    timestamp: NOW_S - 2 * HOUR_S,
    ...last('ok, and where do I find that setting?', 3 * MINUTE_S),
  }),
  sampleEntry({
    id: 28,
    visitor: { id: 112, name: '<script>alert("x")</script>', email: null, verified: false },
    timestamp: NOW_S - 5 * HOUR_S,
    ...last('Perfect, I will try that tonight. Thank you!', 26 * MINUTE_S, byAda),
  }),
  sampleEntry({
    id: 27,
    visitor: { id: 110, name: 'Priya Raman', email: null, verified: false },
    assignee: { id: 2, name: 'Grace Hopper' },
    timestamp: NOW_S - 5 * HOUR_S,
    ...last('I have asked our warehouse; they answer by tomorrow noon.', 48 * MINUTE_S, {
      sender_type: 'agent',
      sender_name: 'Grace Hopper',
    }),
  }),
  sampleEntry({
    id: 26,
    visitor: { id: 104, name: '李小龍', email: null, verified: false },
    timestamp: NOW_S - 8 * HOUR_S,
    ...last('Customer is on the old plan; see ticket 4411 before answering', 3 * HOUR_S, {
      ...byAda,
      private: true,
    }),
  }),
  sampleEntry({
    id: 25,
    visitor: { id: 99, name: 'Tom', email: null, verified: false },
    status: 'pending',
    timestamp: NOW_S - 30 * HOUR_S,
    ...last('Could you send us a screenshot of the error?', 26 * HOUR_S, byAda),
  }),
  sampleEntry({
    id: 24,
    visitor: { id: 98, name: 'Olena Kovalenko', email: null, verified: false },
    status: 'resolved',
    timestamp: NOW_S - 300 * HOUR_S,
    ...last('Great, that works now 🎉', 200 * HOUR_S),
  }),
];

const many = Array.from({ length: 2_000 }, (_, index) =>
  sampleEntry({
    id: 5_000 - index,
    visitor: {
      id: 9_000 - index,
      name: index % 3 === 0 ? null : `Person ${index}`,
      email: null,
      verified: false,
    },
    unread: index % 7 === 0 ? 1 : 0,
    waiting_since: index % 40 === 0 ? NOW_S - index * 9 : null,
    ...last(`Message number ${index}, which says this and that`, index * 90),
  }),
);

let place = 0;
function said(
  by: 'visitor' | 'ada' | 'grace',
  ago_s: number,
  text: string,
  part: Partial<LogMessage> = {},
): LogMessage {
  place += 1;
  const agent = by !== 'visitor';
  return sampleMessage({
    key: `m${place}`,
    id: place,
    seq: place,
    text,
    mine: agent,
    state: agent ? 'read' : 'read',
    sender_type: agent ? 'agent' : 'visitor',
    sender_name: by === 'ada' ? 'Ada Lovelace' : by === 'grace' ? 'Grace Hopper' : null,
    created_at_ms: (NOW_S - ago_s) * 1000,
    ...part,
  });
}

const DAY_S = 24 * HOUR_S;
const billing: readonly LogMessage[] = [
  said('visitor', DAY_S + 3 * HOUR_S, 'Hello, I was billed twice this month.'),
  said(
    'visitor',
    DAY_S + 3 * HOUR_S - 30,
    'Invoice 2026-1107, see https://northwind.example/invoices/2026-1107?lang=en (both lines).',
  ),
  said(
    'grace',
    DAY_S + 2 * HOUR_S,
    'Good morning Mireille, thank you for telling us. I am looking into it and come back to you today.',
  ),
  said(
    'grace',
    DAY_S + 2 * HOUR_S - 60,
    'Stripe shows two charges, the second by a webhook that was repeated. Refund needs an admin. @Ada can you?',
    { private: true },
  ),
  said('ada', 5 * HOUR_S, 'Done, refund is under way.', { private: true }),
  said(
    'ada',
    5 * HOUR_S - 60,
    'Hi Mireille, the second charge is refunded. It takes two or three days until your bank shows it.',
  ),
  said('ada', 5 * HOUR_S - 90, 'Is there anything else that I can do for you?'),
  said('visitor', 15 * MINUTE_S, 'That was quick, thank you!'),
  said(
    'visitor',
    14 * MINUTE_S,
    'One more thing:\n\n- the invoice shows the old address\n- and the VAT number is missing its prefix (it should be FR40303265045)',
  ),
  said(
    'visitor',
    3 * MINUTE_S,
    'Could you send me a corrected one? averyveryveryveryveryveryveryverylongwordwithoutanyspaceatallthatgoesonandonandonandonandonandon',
  ),
  said('visitor', 2 * MINUTE_S, 'mireille@okonkwo.example is the right address for it.'),
  said('ada', 60, 'Of course. Give me two minutes.', { state: 'sent' }),
  said('ada', 30, 'Here is the corrected invoice', {
    state: 'failed',
    seq: null,
    id: null,
    error: { code: 'x', message: 'the server was not reachable' },
  }),
];

const inbox = (list: readonly InboxEntry[]): InboxView => ({
  entries: list,
  hasMore: false,
  loading: false,
  query: {},
});

function entry(id: number): InboxEntry {
  const found = entries.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no entry ${id}`);
  return found;
}

const base: Scenario = {
  phase: ready(1),
  realtime: live,
  inbox: inbox(entries),
  any: true,
  conversations: new Map<number, ConversationView<InboxEntry> | 'loading'>([
    [
      30,
      {
        conversation: { ...entry(30), agent_read_up_to: 8 },
        messages: billing,
        hasOlder: true,
        loadingOlder: false,
        typing: {
          sender_type: 'visitor',
          sender_name: null,
          preview: 'and please also put our purchase order numb',
        },
        unread: 3,
      },
    ],
    [
      31,
      {
        conversation: entry(31),
        messages: [said('visitor', 12, 'Hi! Do you ship to Norway?')],
        hasOlder: false,
        loadingOlder: false,
        typing: null,
        unread: 1,
      },
    ],
    [
      24,
      {
        conversation: entry(24),
        messages: [said('visitor', 200 * HOUR_S, 'Great, that works now 🎉')],
        hasOlder: false,
        loadingOlder: false,
        typing: null,
        unread: 0,
      },
    ],
    [29, 'loading'],
  ]),
};

export const scenarios: Readonly<Record<string, Scenario>> = {
  busy: base,
  twoSites: { ...base, phase: ready(2) },
  many: { ...base, inbox: inbox(many) },
  empty: { ...base, any: false, inbox: inbox([]) },
  clear: { ...base, inbox: inbox([]) },
  answered: { ...base, inbox: inbox(entries.slice(3)) },
  loading: { ...base, inbox: { ...inbox([]), loading: true } },
  starting: { ...base, phase: { phase: 'starting' } },
  signedOut: { ...base, phase: { phase: 'signed-out' } },
  trouble: {
    ...base,
    realtime: { ...live, realtimeProvider: null, realtimeConnected: false, trouble: 'connecting' },
  },
  offline: {
    ...base,
    inbox: { ...inbox([]), loading: true },
    realtime: { ...live, realtimeProvider: null, realtimeConnected: false, trouble: 'offline' },
  },
};
