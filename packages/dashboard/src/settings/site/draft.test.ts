import type { AdminSite } from '@parley/protocol';
import { expect, test } from 'vitest';
import { draftOf, isChanged, originOf, patchOf } from './draft.ts';

const site: AdminSite = {
  id: 1,
  name: 'Shop',
  token: 'token',
  allowed_origins: [],
  settings: {
    locale: 'en',
    appearance: { color: '#2563eb', theme: 'auto', position: 'right', title: '', greeting: '' },
    prechat: 'off',
    prechat_when: 'before',
    typing_preview: false,
    voice: true,
    answer_mail_minutes: 10,
    consent: null,
    live_visitors: false,
    assign_in_turn: false,
    reopen_window_s: 259_200,
    retention_days: null,
    file_retention_days: null,
    first_message_proof: 'auto',
    hours: null,
    offline_message: '',
    proactive: [],
    reply_time: 'measured',
    team: true,
    rating: true,
    transcript: true,
    wording: {},
  },
};

test('only what was changed is sent, so that what a colleague changes meanwhile stays', () => {
  const draft = draftOf(site);
  expect(patchOf(site, draft)).toEqual({});
  expect(isChanged(site, draft)).toBe(false);
  const settings = {
    ...draft.settings,
    rating: false,
    appearance: { ...draft.settings.appearance, title: 'Ask us' },
  };
  expect(patchOf(site, { ...draft, settings })).toEqual({
    settings: { rating: false, appearance: { title: 'Ask us' } },
  });
  expect(patchOf(site, { ...draft, name: 'Store' })).toEqual({ name: 'Store' });
});

test('an origin is understood as people write it, and nothing else is one', () => {
  expect(originOf('shop.example')).toBe('https://shop.example');
  expect(originOf(' https://Shop.example/cart?x=1#y ')).toBe('https://shop.example');
  expect(originOf('http://localhost:3000/')).toBe('http://localhost:3000');
  for (const none of ['', 'two words', 'javascript:alert(1)', 'https://', 'https://a@b.example']) {
    expect(originOf(none), none).toBeNull();
  }
});
