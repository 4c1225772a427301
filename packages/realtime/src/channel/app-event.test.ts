import { expect, test } from 'vitest';
import { connectRaw, leave } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import type { AppEvent } from './app-event.ts';

const ANN = { user_id: 'ann' };

test('[PP-9] what happens in an app is reported once, in the order in which it happens', async () => {
  const reports: [string, AppEvent][] = [];
  const running = await startRealtime({ report: (...report) => reports.push(report) });
  const [one, two] = await Promise.all([connectRaw(running), connectRaw(running)]);
  const channel = 'presence-chat';
  await one.join(channel, ANN);
  await one.join(channel, ANN);
  await two.join(channel, ANN);
  one.send({ event: 'client-x', channel, data: { n: 1 } });
  await two.next('client-x');
  one.send({ event: 'client-x', channel: 'private-other', data: {} });
  one.send({ event: 'pusher:unsubscribe', data: { channel } });
  await one.roundTrip();
  const before = running.server.stats().connections;
  await leave(two);
  await expect.poll(() => running.server.stats().connections).toBe(before - 1);
  expect(reports.map(([, event]) => event)).toEqual([
    { type: 'channel_occupied', channel },
    { type: 'member_added', channel, userId: 'ann' },
    {
      type: 'client_event',
      channel,
      event: 'client-x',
      dataJson: '{"n":1}',
      socketId: one.socketId,
      userId: 'ann',
    },
    { type: 'member_removed', channel, userId: 'ann' },
    { type: 'channel_vacated', channel },
  ]);
  expect(new Set(reports.map(([appId]) => appId))).toEqual(new Set([APP.id]));
});

test('a report that throws is logged and harms nobody', async () => {
  const errors: string[] = [];
  const nothing = (): void => undefined;
  const running = await startRealtime({
    report: () => {
      throw new Error('defect');
    },
    logger: {
      debug: nothing,
      info: nothing,
      warn: nothing,
      error: (_o: object, m: string) => errors.push(m),
    },
  });
  const client = await connectRaw(running);
  await client.join('chat');
  expect(errors).toEqual(['report of an event failed']);
});
