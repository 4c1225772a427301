import type { VisitorPhase } from '@parley/client';
import type { Team } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import { en } from '../strings/en.ts';
import { createLanguage } from '../strings/language.ts';
import { conversation, own, ready, theirs } from '../testing/hand-driven-chat.ts';
import { cardOf } from './card.ts';
import { teamLine } from './team.ts';

type Ready = Extract<VisitorPhase, { phase: 'ready' }>;

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const AWAY: Partial<Team> = { open: false, until: NOW_MS / 1_000 + 60 };
const said = [own('1', 'Hello')];

describe('what is asked beside the conversation', () => {
  const ask = (phase: VisitorPhase, change: Partial<Parameters<typeof cardOf>[0]> = {}) =>
    cardOf({
      phase: phase as Ready,
      conversation: conversation(),
      messages: said,
      now_ms: NOW_MS,
      ...change,
    });

  it('name and address after the first message, where the site wants it so, and only what is missing', () => {
    const phase = ready({ prechat: 'required', prechat_when: 'after' }) as Ready;
    expect(ask(phase, { messages: [] })).toBeNull();
    expect(ask(phase)).toMatchObject({ fields: ['name', 'email'], required: true });
    const visitor = { ...phase.visitor, email: 'a@b.example' };
    expect(ask({ ...phase, visitor })).toMatchObject({ fields: ['name'] });
    expect(ask({ ...phase, visitor: { ...visitor, name: 'A' } })).toBeNull();
    expect(ask(ready({ prechat: 'required' }))).toBeNull();
  });

  it('an address while nobody is there, and only then', () => {
    const away = ready({}, AWAY);
    expect(ask(away)).toMatchObject({ fields: ['email'], required: false });
    expect(ask(away, { messages: [] })).toBeNull();
    expect(ask(away, { now_ms: NOW_MS + 60_000 })).toBeNull();
    expect(ask(ready())).toBeNull();
  });
});

describe('how it went', () => {
  const phase = ready() as Ready;
  const talk = [...said, theirs('2', 'Hi')];
  const ask = (fields: Parameters<typeof conversation>[0], messages = talk, site = phase) =>
    cardOf({ phase: site, conversation: conversation(fields), messages, now_ms: NOW_MS });

  it('is asked once, when a conversation that was answered is resolved', () => {
    expect(ask({ status: 'resolved', id: 7 })).toEqual({ kind: 'rating', key: 'rating 7' });
    expect(ask({ status: 'open' })).toBeNull();
    expect(ask({ status: 'resolved' }, said)).toBeNull();
    expect(ask({ status: 'resolved', rating: { score: 5, comment: null } })).toBeNull();
    expect(ask({ status: 'resolved' }, talk, ready({ rating: false }) as Ready)).toBeNull();
  });
});

describe('how soon an answer comes', () => {
  const english = createLanguage('en', en);
  const line = (team: Partial<Team>, now_ms = NOW_MS): string | null => {
    const whole = { agents: [], reply_time_s: null, open: true, until: null, ...team };
    return teamLine(whole, english, now_ms);
  };

  it('is told in round words, or not at all', () => {
    expect(line({})).toBeNull();
    expect(line({ reply_time_s: 0 })).toBe('Usually replies in minutes');
    expect(line({ reply_time_s: 1_800 })).toBe('Usually replies within an hour');
    expect(line({ reply_time_s: 4_000 })).toBe('Usually replies within 2 hours');
    expect(line({ reply_time_s: 200_000 })).toBe('Usually replies within 3 days');
  });

  it('gives way to when somebody is back, and turns when that moment comes', () => {
    const pause = { ...AWAY, reply_time_s: 60 };
    expect(line(pause)).toMatch(/^Away until \d/);
    expect(line(pause, NOW_MS + 60_000)).toBe('Usually replies in minutes');
    const day = { open: true, until: NOW_MS / 1_000 + 60, reply_time_s: 60 };
    expect(line(day)).toBe('Usually replies in minutes');
    expect(line(day, NOW_MS + 60_000)).toBe('We are away at the moment');
    expect(line({ open: false })).toBe('We are away at the moment');
  });
});
