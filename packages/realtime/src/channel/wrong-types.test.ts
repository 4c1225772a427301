import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connectRaw, type RawClient } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';

const DEEP = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;

/** Channel names like any other, which they would not be to code that is careless with objects. */
const NAMES = ['__proto__', 'constructor'];

/** JSON texts that no field expects, each in its own way. */
const WRONG = [
  'null',
  'true',
  '7',
  '-0',
  '1e999',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  ...NAMES.map((name) => JSON.stringify(name)),
  '[]',
  '[["a"]]',
  '{}',
  '{"__proto__":{"channel":"a"}}',
  '{"toString":1,"length":-1}',
  `"${'x'.repeat(10_000)}"`,
  DEEP,
];

/** Frames with `?` where the wrong value goes: every field of every event. */
const FRAMES = [
  '?',
  '{"event":?}',
  '{"event":?,"channel":"private-a","data":{}}',
  '{"event":"pusher:ping","data":?}',
  '{"event":"pusher:pong","data":?}',
  '{"event":"pusher:subscribe","data":?}',
  '{"event":"pusher:subscribe","data":{"channel":?}}',
  '{"event":"pusher:subscribe","data":{"channel":?,"auth":?,"channel_data":?}}',
  '{"event":"pusher:subscribe","data":{"channel":"private-b","auth":?}}',
  '{"event":"pusher:subscribe","data":{"channel":"presence-b","auth":"app-key:x","channel_data":?}}',
  '{"event":"pusher:unsubscribe","data":?}',
  '{"event":"pusher:unsubscribe","data":{"channel":?}}',
  '{"event":"pusher:signin","data":?}',
  '{"event":"pusher:signin","data":{"auth":?,"user_data":"{}"}}',
  '{"event":"pusher:signin","data":{"auth":"app-key:x","user_data":?}}',
  '{"event":"client-x","channel":?,"data":{}}',
  '{"event":"client-x","data":?}',
  '{"event":"pusher:unknown","data":?}',
  '{"event":"pusher_internal:member_added","channel":"private-a","data":?}',
  '{"event":"pusher:error","channel":"private-a","data":?}',
];

/** Answers that a client may get to what it should not have sent. */
const ANSWERS = new Set(['pusher:error', 'pusher:subscription_error', 'pusher:pong']);

async function joined(running: { port: number }): Promise<RawClient> {
  const client = await connectRaw(running);
  await client.join('private-a');
  return client;
}

describe('wrong types', () => {
  test.each(FRAMES)(
    '[PP-2] %s: answered by an error or not at all, heard by nobody',
    async (frame) => {
      const running = await startRealtime();
      const [hostile, bystander] = await Promise.all([joined(running), joined(running)]);
      const before = hostile.frames.length;
      for (const wrong of WRONG) hostile.webSocket.send(frame.replaceAll('?', () => wrong));
      await hostile.roundTrip();
      const answers = hostile.frames.slice(before).filter(({ event, channel = '' }) => {
        const isJoined = event.endsWith(':subscription_succeeded') && NAMES.includes(channel);
        return !isJoined && !ANSWERS.has(event);
      });
      expect(answers).toEqual([]);
      running.server.publish({ appId: APP.id, channels: ['private-a'], event: 'e', data: '1' });
      await bystander.next('e', 'private-a');
      expect(bystander.eventsOn('private-a')).toHaveLength(1);
    },
  );

  test('[PP-6] whatever the data of a client event is, it arrives as it was sent', async () => {
    const running = await startRealtime({ limits: { clientEventsPerSecond: 1_000 } });
    const [sender, other] = await Promise.all([joined(running), joined(running)]);
    // What is too deep is refused; of these two numbers, JSON text keeps something else.
    const sent = WRONG.filter((text) => ![DEEP, '1e999', '-0'].includes(text));
    for (const data of sent) {
      sender.webSocket.send(`{"event":"client-x","channel":"private-a","data":${data}}`);
    }
    await sender.roundTrip();
    for (const data of sent) {
      expect((await other.next('client-x')).data).toEqual(JSON.parse(data));
    }
  });

  test('[PP-2] any JSON at all leaves the server as it was', async () => {
    const running = await startRealtime();
    const [hostile, bystander] = await Promise.all([joined(running), joined(running)]);
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), async (text) => {
        hostile.webSocket.send(text);
        await hostile.roundTrip();
      }),
      { numRuns: 200 },
    );
    await bystander.roundTrip();
    expect(running.server.stats()).toEqual({ connections: 2, channels: 1 });
  });
});

describe('a flood', () => {
  test('[PP-3] of refused subscriptions leaves no trace, and others are answered', async () => {
    const running = await startRealtime();
    const [hostile, bystander] = await Promise.all([connectRaw(running), joined(running)]);
    for (let n = 0; n < 5_000; n += 1) hostile.subscribe(`private-${n}`, { auth: 'app-key:no' });
    await bystander.roundTrip();
    await hostile.roundTrip();
    const refused = hostile.frames.filter(({ event }) => event === 'pusher:subscription_error');
    expect(refused).toHaveLength(5_000);
    expect(running.server.stats()).toEqual({ connections: 2, channels: 1 });
  });

  test('[PP-10] of subscriptions ends at the limit of a connection, and leaves with it', async () => {
    const running = await startRealtime({ limits: { channelsPerConnectionMax: 100 } });
    const hostile = await connectRaw(running);
    for (let n = 0; n < 2_000; n += 1) hostile.subscribe(`chat-${n}`);
    await hostile.roundTrip();
    expect(running.server.stats()).toEqual({ connections: 1, channels: 100 });
    hostile.webSocket.terminate();
    await expect.poll(() => running.server.stats()).toEqual({ connections: 0, channels: 0 });
  });

  test('[PP-3] of joining and leaving leaves nothing behind', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    for (let n = 0; n < 2_000; n += 1) {
      client.subscribe('chat');
      client.send({ event: 'pusher:unsubscribe', data: { channel: 'chat' } });
    }
    await client.roundTrip();
    expect(running.server.stats()).toEqual({ connections: 1, channels: 0 });
  });
});
