import '../panel/panel.css';
import type { LogMessage } from '@parley/client';
import type { Attachment } from '@parley/protocol';
import { render } from 'preact';
import type { Theme } from '../bridge/bridge.ts';
import { NO_HOST } from '../panel/host.ts';
import { openNotebook } from '../panel/notebook.ts';
import { startSession } from '../panel/session.tsx';
import { strings as de } from '../strings/de.ts';
import type { Key, Strings } from '../strings/en.ts';
import {
  conversation,
  createHandDrivenChat,
  own,
  ready,
  theirs,
  type HandDrivenChat,
} from './hand-driven-chat.ts';

/**
 * `?scene=talk&theme=dark&locale=de&color=ff0055`: the panel in one state, to be looked at.
 * `&marked=1` with `locale=de`: each of its words in brackets, so that what has none is found.
 */
const query = new URLSearchParams(location.search);
const color = `#${query.get('color') ?? '2563eb'}`;
const appearance = {
  color,
  theme: 'auto' as const,
  position: 'right' as const,
  title: 'Northwind Coffee',
  greeting: 'Hi! How can we help?',
};

const MINUTE_MS = 60_000;
const ago = (minutes: number): number => Date.now() - minutes * MINUTE_MS;

const TALK: readonly LogMessage[] = [
  own('1', 'Hello! Do you ship to Norway?', { created_at_ms: ago(1_500), state: 'read' }),
  theirs('2', 'Hi! We do: 3 to 5 working days, and free above 50 €.', {
    created_at_ms: ago(1_498),
  }),
  theirs('3', 'All about it is here: https://northwind.example/shipping (scroll to “Nordics”).', {
    created_at_ms: ago(1_497),
  }),
  own('4', 'Great, thank you 🙏', { created_at_ms: ago(1_496), state: 'read' }),
  own('5', 'Hi again', { created_at_ms: ago(9), state: 'read', id: 5, seq: 5 }),
  own(
    '6',
    'My order 20731 says “delivered”, but there is nothing in the mailbox. Could you have a look?',
    {
      created_at_ms: ago(9),
      state: 'read',
      edited: true,
      id: 6,
      seq: 6,
    },
  ),
  theirs('7', 'Oh no, let me check that with the carrier.', { created_at_ms: ago(7) }),
  theirs(
    '8',
    'It is at the pick-up point at Storgata 12, they could not reach you. Shall I have it brought again tomorrow between 9 and 12?',
    {
      created_at_ms: ago(5),
    },
  ),
  own('9', 'Yes please!', { created_at_ms: ago(1), id: 9, seq: 9 }),
];

const DRAWING =
  'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480" viewBox="0 0 4 3"><path fill="%23d97706" d="M0 0h4v3H0z"/></svg>';
const attachment = (id: number, name: string, fields: Partial<Attachment>): Attachment => ({
  id,
  name,
  url: DRAWING,
  type: 'application/pdf',
  size: 345_678,
  kind: 'file',
  ...fields,
});
const PICTURE = { kind: 'image', type: 'image/gif', width: 640, height: 480 } as const;
const WITH_FILES: readonly LogMessage[] = [
  own('1', 'This is the one:', {
    state: 'read',
    attachments: [attachment(1, 'chair.gif', PICTURE), attachment(2, 'receipt.pdf', {})],
  }),
  theirs('2', '', {
    id: 2,
    seq: 2,
    attachments: [
      attachment(3, 'voice.webm', {
        kind: 'voice',
        type: 'audio/webm',
        duration_ms: 7_000,
        waveform: Array.from({ length: 40 }, (_, at) => (at % 7) / 7),
      }),
    ],
  }),
  own('3', '', {
    id: null,
    seq: null,
    state: 'sending',
    progress: 0.4,
    enclosure: {
      files: [{ name: 'floor plan.pdf', type: 'application/pdf', blob: new Blob(['x']) }],
      recording: null,
    },
  }),
];

const view = (messages: readonly LogMessage[], unread = 0) => ({
  conversation: conversation({ visitor_read_up_to: unread > 0 ? 0 : 99 }),
  messages,
  hasOlder: false,
  loadingOlder: false,
  typing: null,
  unread,
});

const TEAM = {
  agents: [{ name: 'Maya Lindqvist' }, { name: 'Tom Brandt' }, { name: 'Ines Faure' }],
};
const AWAY = { open: false, until: Math.floor(Date.now() / 1_000) + 50_000 };

/** A conversation of so many messages, for measuring. */
const talkOf = (count: number, prefix = ''): readonly LogMessage[] =>
  Array.from({ length: count }, (_, index) => {
    const at = { created_at_ms: ago((count - index) * 3), id: index + 1, seq: index + 1 };
    const text = `Message ${index} ${'lorem ipsum dolor sit amet '.repeat(index % 7)}`;
    const key = prefix + String(index);
    return index % 3 === 0 ? own(key, text, at) : theirs(key, text, at);
  });

const SCENES: Readonly<Record<string, (chat: HandDrivenChat) => void>> = {
  loading: () => undefined,
  empty: (chat) => chat.set({ phase: ready({ appearance }) }),
  optional: (chat) => chat.set({ phase: ready({ appearance, prechat: 'optional' }) }),
  required: (chat) => chat.set({ phase: ready({ appearance, prechat: 'required' }) }),
  faces: (chat) => chat.set({ phase: ready({ appearance }, TEAM) }),
  preview: (chat) => chat.set({ phase: ready({ appearance, typing_preview: true }, TEAM) }),
  away: (chat) => chat.set({ phase: ready({ appearance }, { ...TEAM, ...AWAY }) }),
  contact: (chat) =>
    chat.set({ phase: ready({ appearance }, { ...TEAM, ...AWAY }), view: view(TALK.slice(0, 1)) }),
  details: (chat) =>
    chat.set({
      phase: ready({ appearance, prechat: 'optional', prechat_when: 'after' }, TEAM),
      view: view(TALK.slice(0, 1)),
    }),
  options: (chat) =>
    chat.set({ phase: ready({ appearance, transcript: true }, TEAM), view: view(TALK) }),
  rating: (chat) =>
    chat.set({
      phase: ready({ appearance }, TEAM),
      view: { ...view(TALK), conversation: conversation({ status: 'resolved' }) },
    }),
  talk: (chat) => chat.set({ phase: ready({ appearance }), view: view(TALK) }),
  typing: (chat) =>
    chat.set({
      phase: ready({ appearance }),
      view: {
        ...view(TALK),
        typing: { sender_type: 'agent', sender_name: 'Maya Lindqvist', preview: null },
      },
    }),
  trouble: (chat) =>
    chat.set({
      phase: ready({ appearance }),
      realtime: { trouble: 'connecting' },
      view: view([
        ...TALK,
        own('10', 'The doorbell is broken by the way', { state: 'sending', id: null, seq: null }),
        own('11', 'so please call: 0123', {
          state: 'failed',
          id: null,
          seq: null,
          error: { code: 'rate_limited', message: 'Too many messages' },
        }),
        theirs('12', 'x', { deleted: true, text: '' }),
      ]),
    }),
  files: (chat) => chat.set({ phase: ready({ appearance }, TEAM), view: view(WITH_FILES) }),
  offline: (chat) =>
    chat.set({ phase: ready({ appearance }), view: view(TALK), realtime: { trouble: 'offline' } }),
  refused: (chat) =>
    chat.set({
      phase: {
        phase: 'refused',
        error: { code: 'invalid_site_token', message: 'Unknown site token' },
      },
    }),
  many: (chat) => chat.set({ phase: ready({ appearance }, TEAM), view: view(talkOf(10_000)) }),
  long: (chat) =>
    chat.set({
      phase: ready({ appearance }),
      unread: 3,
      view: view(
        Array.from({ length: 300 }, (_, index) => {
          const at = { created_at_ms: ago((300 - index) * 7), id: index, seq: index };
          const text = `Message ${index} ${'lorem ipsum dolor sit amet '.repeat(index % 7)}`;
          return index % 3 === 0 ? own(String(index), text, at) : theirs(String(index), text, at);
        }),
        3,
      ),
    }),
};

const marked = (text: Strings[Key]): Strings[Key] =>
  typeof text === 'string'
    ? `⟦${text}⟧`
    : {
        ...Object.fromEntries(Object.entries(text).map(([form, words]) => [form, `⟦${words}⟧`])),
        other: `⟦${text.other}⟧`,
      };
if (query.has('marked'))
  for (const [key, text] of Object.entries(de)) Object.assign(de, { [key]: marked(text) });

const root = document.getElementById('panel');
if (root === null) throw new Error('no place for the panel');
const chat = createHandDrivenChat();
localStorage.clear();
startSession({
  chat,
  host: NO_HOST,
  notebook: openNotebook(localStorage, 'gallery'),
  hello: {
    type: 'hello',
    page: { url: '', title: '', referrer: '' },
    open: true,
    focused: true,
    known: true,
    locale: query.get('locale') ?? 'en',
    theme: (query.get('theme') ?? 'auto') as Theme,
    name: null,
    email: null,
    attributes: null,
    identity: null,
    kept: null,
    color: null,
    proactive: null,
    live: false,
    consent: false,
  },
  draw: (panel) => render(panel, root),
});
SCENES[query.get('scene') ?? 'talk']?.(chat);
let added = 0;
Object.assign(globalThis, {
  chat,
  gallery: {
    /** So many messages arrive. */
    add(count: number) {
      const now = chat.view.get();
      if (now === null) return;
      const more = talkOf(count, `new ${(added += 1)} `);
      chat.set({ view: { ...now, messages: [...now.messages, ...more] } });
    },
  },
});
