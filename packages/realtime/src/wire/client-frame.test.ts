import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseClientFrame, type ClientFrame } from './client-frame.ts';

function parse(value: unknown): ClientFrame {
  return parseClientFrame(Buffer.from(JSON.stringify(value)));
}

describe('what a client says', () => {
  test('[PP-2] any bytes are a frame or malformed, never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        expect(parseClientFrame(Buffer.from(bytes)).type).toBeTypeOf('string');
      }),
    );
  });

  test('[PP-2] so is any JSON, with the names of the protocol in any place', () => {
    const words = fc.constantFrom(
      'event',
      'data',
      'channel',
      'auth',
      'channel_data',
      '__proto__',
      'pusher:ping',
      'pusher:subscribe',
      'pusher:unsubscribe',
      'client-x',
      'constructor',
    );
    const values = fc.object({ key: words, values: [words, fc.constant(null), fc.integer()] });
    fc.assert(
      fc.property(values, words, (value, event) => {
        expect(parse(value).type).toBeTypeOf('string');
        expect(parse({ ...value, event }).type).toBeTypeOf('string');
        expect(parse({ event, data: value }).type).toBeTypeOf('string');
      }),
    );
  });

  test('[PP-6] data survives as it was sent', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (data) => {
        const frame = parse({ event: 'client-x', channel: 'private-a', data });
        expect(frame.type).toBe('client_event');
        if (frame.type === 'client_event') expect(frame.dataJson).toBe(JSON.stringify(data));
      }),
    );
  });

  test.each([
    [50, '[', ']', 'client_event'],
    [51, '[', ']', 'malformed'],
    [51, '{"a":', '}', 'malformed'],
    [15_000, '[', ']', 'malformed'],
  ])('[PP-6] data nested %i levels deep in %s%s is a %s', (levels, open, close, type) => {
    const data = `${open.repeat(levels - 1)}${open[0]}${close.repeat(levels)}`;
    const frame = `{"event":"client-x","channel":"private-a","data":${data}}`;
    expect(parseClientFrame(Buffer.from(frame)).type).toBe(type);
  });

  test('[PP-3] the data of a subscription may be an object or its JSON text', () => {
    const data = { channel: 'a', auth: 'k:s', channel_data: '{}' };
    const expected = { type: 'subscribe', channel: 'a', auth: 'k:s', channelData: '{}' };
    expect(parse({ event: 'pusher:subscribe', data })).toEqual(expected);
    expect(parse({ event: 'pusher:subscribe', data: JSON.stringify(data) })).toEqual(expected);
  });

  test('[PP-3] a subscription without auth has an empty one', () => {
    expect(parse({ event: 'pusher:subscribe', data: { channel: 'a', auth: null } })).toEqual({
      type: 'subscribe',
      channel: 'a',
      auth: '',
      channelData: undefined,
    });
  });
});
