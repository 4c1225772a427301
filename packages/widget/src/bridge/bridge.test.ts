import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seal, type Peer } from './bridge.ts';
import { receiveInHost, type ToHost } from './to-host.ts';
import { receiveInPanel, type ToPanel } from './to-panel.ts';

const peer: Peer = { window: { the: 'other' }, origin: 'https://chat.example' };
const from = (data: unknown) => ({ source: peer.window, origin: peer.origin, data });

const page = { url: 'https://shop.example/', title: 'Shop', referrer: '' };
const toPanel: readonly ToPanel[] = [
  {
    type: 'hello',
    page,
    open: true,
    focused: false,
    known: true,
    locale: null,
    theme: 'dark',
    color: '#ff0000',
    proactive: [{ page: '/', after_s: 1, text: 'Hi' }],
    live: true,
    consent: true,
    name: null,
    email: 'a@b.co',
    attributes: '{"plan":"gold"}',
    identity: 'e30.e30.x',
    kept: { 'parley:visitor:t': 'secret' },
  },
  { type: 'identify', token: 'e30.e30.x' },
  { type: 'permitted', granted: true },
  { type: 'shown', open: false, page },
  { type: 'focus', focused: true },
  { type: 'visitor', name: 'Ann', email: null, attributes: null },
  { type: 'locale', locale: 'de' },
  { type: 'theme', theme: 'auto' },
  { type: 'send', text: 'hello' },
  { type: 'reset' },
];
const toHost: readonly ToHost[] = [
  { type: 'ready' },
  { type: 'close' },
  {
    type: 'state',
    realtimeProvider: 'reverb',
    realtimeConnected: true,
    channelSubscription: 'private-chat.conversation.1',
    unread: 2,
    unreadText: '2 unread messages',
    known: true,
  },
  { type: 'appearance', color: '#112233', position: 'left', theme: 'auto' },
  { type: 'keep', key: 'parley.draft.t', value: null },
  { type: 'page', ask: { do: 'open' } },
  { type: 'identity', error: null },
  { type: 'message', id: 7, seq: 3, sender_type: 'agent', sender_name: null },
];

describe('[SEC-3] the bridge between page and panel', () => {
  it('takes each of its messages, and only at the side that it is for', () => {
    for (const message of toPanel) {
      expect(receiveInPanel(peer, from(seal(message)))).toEqual(message);
      expect(receiveInHost(peer, from(seal(message)))).toBeNull();
    }
    for (const message of toHost) {
      expect(receiveInHost(peer, from(seal(message)))).toEqual(message);
      expect(receiveInPanel(peer, from(seal(message)))).toBeNull();
    }
  });

  it('refuses every message of another window or origin', () => {
    const strangers = [
      { source: { the: 'other' }, origin: peer.origin },
      { source: null, origin: peer.origin },
      { source: peer.window, origin: 'https://chat.example.evil.example' },
      { source: peer.window, origin: 'http://chat.example' },
      { source: peer.window, origin: 'https://chat.example:8443' },
      { source: peer.window, origin: 'null' },
      { source: peer.window, origin: '' },
    ];
    for (const stranger of strangers) {
      for (const message of toPanel)
        expect(receiveInPanel(peer, { ...stranger, data: seal(message) })).toBeNull();
      for (const message of toHost)
        expect(receiveInHost(peer, { ...stranger, data: seal(message) })).toBeNull();
    }
    const gone: Peer = { window: null, origin: peer.origin };
    expect(
      receiveInHost(gone, { source: null, origin: peer.origin, data: seal({ type: 'close' }) }),
    ).toBeNull();
  });

  it('refuses a message with any one field missing or of a wrong kind', () => {
    for (const [messages, receive] of [
      [toPanel, receiveInPanel],
      [toHost, receiveInHost],
    ] as const) {
      for (const message of messages) {
        for (const field of Object.keys(seal(message))) {
          for (const rubbish of [
            undefined,
            {},
            [],
            Number.NaN,
            -1,
            'x'.repeat(200_000),
            Symbol.iterator,
          ])
            expect(receive(peer, from({ ...seal(message), [field]: rubbish }))).toBeNull();
        }
      }
    }
  });

  it('refuses rubbish without throwing, and passes no field on that it does not know', () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(receiveInPanel(peer, from(data))).toBeNull();
        expect(receiveInHost(peer, from(data))).toBeNull();
      }),
    );
    for (const type of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      expect(receiveInHost(peer, from({ parley: 1, type }))).toBeNull();
    expect(receiveInPanel(peer, from({ ...seal({ type: 'reset' }), more: 1 }))).toEqual({
      type: 'reset',
    });
  });
});
