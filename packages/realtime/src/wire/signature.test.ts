import * as fc from 'fast-check';
import PusherHttp from 'pusher';
import { describe, expect, test } from 'vitest';
import { isChannelSignature, signChannel } from './signature.ts';

// The key and secret of Pusher's documentation.
const KEY = '278d425bdf160c739803';
const SECRET = '7ad3773142a6692b25b8';
const sdk = new PusherHttp({ appId: '3', key: KEY, secret: SECRET, host: 'localhost' });
const socketIds = fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `${a}.${b}`);
const channelNames = fc.stringMatching(/^[A-Za-z0-9_\-=@,.;]{1,200}$/);

describe('channel signatures', () => {
  test('[PP-3] the documented example of a private channel', () => {
    const input = { key: KEY, secret: SECRET, socketId: '1234.1234', channel: 'private-foobar' };
    const auth = `${KEY}:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4`;
    expect(signChannel(input)).toBe(auth);
    expect(isChannelSignature(auth, input)).toBe(true);
  });

  test('[PP-3] what the server SDK signs, with and without channel data', () => {
    fc.assert(
      fc.property(socketIds, channelNames, fc.string(), (socketId, suffix, name) => {
        const channel = `presence-${suffix}`.slice(0, 200);
        const input = { key: KEY, secret: SECRET, socketId, channel };
        expect(signChannel(input)).toBe(sdk.authorizeChannel(socketId, channel).auth);
        const data = { user_id: '10', user_info: { name } };
        const signed = sdk.authorizeChannel(socketId, channel, data);
        const channelData = signed.channel_data ?? '';
        expect(signChannel({ ...input, channelData })).toBe(signed.auth);
      }),
    );
  });

  test('[PP-3] another socket, channel, data or key has another signature', () => {
    const input = { key: KEY, secret: SECRET, socketId: '1.2', channel: 'private-a' };
    const auth = signChannel(input);
    expect(isChannelSignature(auth, { ...input, socketId: '1.3' })).toBe(false);
    expect(isChannelSignature(auth, { ...input, channel: 'private-b' })).toBe(false);
    expect(isChannelSignature(auth, { ...input, channelData: '{}' })).toBe(false);
    expect(isChannelSignature(auth, { ...input, key: 'other' })).toBe(false);
    expect(isChannelSignature('', input)).toBe(false);
  });

  test.each(['1.2:private-b', '1.2\n', '\n1.2', '1', '1.', '.2', 'a.b', '1.2.3', '-1.2', ''])(
    '[PP-3] a crafted socket id is not signed: %j',
    (socketId) => {
      const input = { key: KEY, secret: SECRET, socketId, channel: 'private-a' };
      expect(() => signChannel(input)).toThrow(TypeError);
    },
  );

  test.each(['private-a:{}', 'private-a\n', 'private a', '', 'ä', 'x'.repeat(201)])(
    '[PP-10] a malformed channel name is not signed: %j',
    (channel) => {
      const input = { key: KEY, secret: SECRET, socketId: '1.2', channel };
      expect(() => signChannel(input)).toThrow(TypeError);
    },
  );
});
