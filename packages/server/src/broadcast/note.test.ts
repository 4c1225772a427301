import { expect, test } from 'vitest';
import { parseNote } from './note.ts';

test('what is no note of ours is none, whatever it is', () => {
  const claim = { type: 'claim', socketId: '1.2', owner: 'session:abc' };
  expect(parseNote(JSON.stringify(claim))).toEqual(claim);
  const event = { audience: 'a', channel: 'c', event: 'E', data: '{"x":1}' };
  const events = { type: 'events', events: [event] };
  expect(parseNote(JSON.stringify(events))).toEqual(events);
  const visitor = { id: 1, name: null, email: null, verified: false };
  const present = {
    siteId: 1,
    visitor,
    page: { url: '/' },
    referrer: null,
    arrived_ms: 1,
    since_ms: 1,
    pages: 1,
  };
  const visitors = { type: 'visitors', visitors: [present] };
  expect(parseNote(JSON.stringify(visitors))).toEqual(visitors);
  const garbage: unknown[] = [
    null,
    7,
    'claim',
    [],
    {},
    { type: 'stop' },
    { ...claim, socketId: '1.2\n' },
    { ...claim, owner: 'admin:1' },
    { ...claim, owner: { session: 'abc' } },
    { ...events, events: [{ ...event, data: '{"x":1},{"forged":1}' }] },
    { ...events, events: [{ ...event, data: { x: 1 } }] },
    { ...events, events: { length: 1 } },
    { ...visitors, visitors: [{ ...present, siteId: '1' }] },
    { ...visitors, visitors: [{ ...present, page: null }] },
  ];
  for (const note of garbage) expect(parseNote(JSON.stringify(note))).toBeNull();
  for (const text of ['', '{', 'undefined', '\u0000']) expect(parseNote(text)).toBeNull();
});
