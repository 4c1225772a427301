import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowsClientEvents, channelAccess } from './wire/channel-name.ts';
import { CloseCode } from './wire/close-code.ts';
import { judge, NOT_ASKED } from './socket/heartbeat.ts';
import { isAllowedOrigin } from './socket/origin.ts';
import { fullBucket, takeToken } from './channel/rate.ts';
import { textFrame } from './websocket/frame.ts';
import { isSocketId, newSocketId } from './wire/socket-id.ts';

describe('channel names', () => {
  test.each([
    ['chat', 'public', false],
    ['cache-chat', 'public', false],
    ['private-chat', 'private', true],
    ['private-encrypted-chat', 'private', false],
    ['presence-chat', 'presence', true],
    ['Private-chat', 'public', false],
  ] as const)('[PP-3][PP-6] %s is %s; client events: %s', (name, access, clientEvents) => {
    expect(channelAccess(name)).toBe(access);
    expect(allowsClientEvents(name)).toBe(clientEvents);
  });
});

test('[PP-1] a socket id is two numbers and a point', () => {
  for (let i = 0; i < 1000; i += 1) expect(isSocketId(newSocketId())).toBe(true);
});

test('[PP-7] no close code makes pusher-js give up that is not meant to', () => {
  const codes = Object.values(CloseCode);
  expect(codes.filter((code) => code >= 4300 || code < 4001)).toEqual([]);
});

describe('origins', () => {
  const allowed = ['example.com', '*.example.org', 'a*b*c'];
  test.each([
    ['https://example.com', true],
    ['http://EXAMPLE.com:8080', true],
    ['https://x.example.org', true],
    ['https://x.y.example.org', true],
    ['https://axxbxxc', true],
    ['https://abc', true],
    [undefined, true],
    ['https://example.org', false],
    ['https://example.com.evil.test', false],
    ['https://evil-example.com', false],
    ['https://evil.test/example.com', false],
    ['https://ac', false],
    ['null', false],
    ['', false],
    ['example.com', false],
  ])('[PP-7] %s: %s', (origin, expected) => {
    expect(isAllowedOrigin(origin, allowed)).toBe(expected);
  });

  test('[PP-7] without a list, or with a star in it, any', () => {
    expect(isAllowedOrigin('null', undefined)).toBe(true);
    expect(isAllowedOrigin('null', ['*'])).toBe(true);
    expect(isAllowedOrigin('https://example.com', [])).toBe(false);
  });
});

describe('the rate of client events', () => {
  test('[PP-6] never more than a burst and the rate since', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 });
    fc.assert(
      fc.property(waits, fc.integer({ min: 1, max: 20 }), (waits_ms, perSecond) => {
        const bucket = fullBucket(perSecond, 0);
        let now_ms = 0;
        let taken = 0;
        for (const wait_ms of waits_ms) {
          now_ms += wait_ms;
          if (takeToken(bucket, perSecond, now_ms)) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(perSecond + (now_ms / 1000) * perSecond + 1e-6);
      }),
    );
  });

  test('[PP-6] the steady rate is always let through', () => {
    const bucket = fullBucket(10, 0);
    for (let now_ms = 0; now_ms < 10_000; now_ms += 125) {
      expect(takeToken(bucket, 10, now_ms)).toBe(true);
    }
  });
});

describe('the heartbeat', () => {
  const patience = { beforeAsking: 30, forAnswer: 8 };
  test.each([
    [{ seenAt: 5, askedAt: NOT_ASKED }, 35, 'alive'],
    [{ seenAt: 5, askedAt: NOT_ASKED }, 36, 'ask'],
    [{ seenAt: 5, askedAt: 36 }, 43, 'alive'],
    [{ seenAt: 5, askedAt: 36 }, 44, 'dead'],
  ] as const)('[PP-2] %j at %i: %s', (pulse, count, verdict) => {
    expect(judge(pulse, count, patience)).toBe(verdict);
  });
});

test.each([
  [0, '8100'],
  [125, '817d'],
  [126, '817e007e'],
  [65_535, '817effff'],
  [65_536, '817f0000000000010000'],
])('a frame of %i bytes has the header of RFC 6455', (length, header) => {
  const frame = textFrame('x'.repeat(length));
  expect(frame.subarray(0, header.length / 2).toString('hex')).toBe(header);
  expect(frame.length).toBe(header.length / 2 + length);
});
