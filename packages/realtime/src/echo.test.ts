import Echo from 'laravel-echo';
import PusherJs from 'pusher-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { APP, startRealtime } from './testing/running-server.ts';
import { backend, clientOptions } from './testing/sdk-clients.ts';

/** Laravel Echo as an application sets it up for Reverb; gone when the test is over. */
function echoOf(running: { port: number }, userId: string): Echo<'reverb'> {
  const { channelAuthorization } = clientOptions(running, userId);
  if (!channelAuthorization) throw new Error('Echo has to be authorized');
  const echo = new Echo({
    broadcaster: 'reverb',
    key: APP.key,
    Pusher: PusherJs,
    withoutInterceptors: true,
    wsHost: '127.0.0.1',
    wsPort: running.port,
    forceTLS: false,
    enabledTransports: ['ws'],
    channelAuthorization,
  });
  onTestFinished(() => echo.disconnect());
  return echo;
}

interface Subscribable {
  subscribed(callback: () => void): unknown;
  error(callback: (error: unknown) => void): unknown;
}

async function ready(channel: Subscribable): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    channel.subscribed(resolve);
    channel.error(reject);
  });
}

/** What a callback is first called with. */
async function first(bind: (callback: (value: unknown) => void) => unknown): Promise<unknown> {
  return new Promise((resolve) => {
    bind(resolve);
  });
}

describe('Laravel Echo, unchanged', () => {
  test('[PP-3] listens on public, private and encrypted channels', async () => {
    const running = await startRealtime();
    const echo = echoOf(running, 'ann');
    const channels = [
      ['news', () => echo.channel('news')],
      ['private-orders.7', () => echo.private('orders.7')],
      ['private-encrypted-orders.7', () => echo.encryptedPrivate('orders.7')],
    ] as const;
    for (const [name, open] of channels) {
      const channel = open();
      await ready(channel);
      const heard = first((resolve) => channel.listen('OrderShipped', resolve));
      await backend(running).trigger(name, 'App\\Events\\OrderShipped', { id: 7 });
      expect(await heard).toEqual({ id: 7 });
    }
  });

  test('[PP-3] listens to names of its own, and to everything', async () => {
    const running = await startRealtime();
    const channel = echoOf(running, 'ann').private('chat.conversation.7');
    await ready(channel);
    const heard = first((resolve) => channel.listen('.ChatMessageReceived', resolve));
    const all = first((resolve) => channel.listenToAll((event: string) => resolve(event)));
    const name = 'private-chat.conversation.7';
    await backend(running).trigger(name, 'ChatMessageReceived', { text: 'Hello' });
    expect(await heard).toEqual({ text: 'Hello' });
    expect(await all).toBe('.ChatMessageReceived');
  });

  test('[PP-3] hears notifications', async () => {
    const running = await startRealtime();
    const channel = echoOf(running, 'ann').private('App.Models.User.7');
    await ready(channel);
    const heard = first((resolve) => channel.notification(resolve));
    const event = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated';
    await backend(running).trigger('private-App.Models.User.7', event, { type: 'invoice' });
    expect(await heard).toEqual({ type: 'invoice' });
  });

  test('[PP-4] sees who is here, joining and leaving', async () => {
    const running = await startRealtime();
    const room = echoOf(running, 'ann').join('room');
    const here = first((resolve) => room.here(resolve));
    const joining = first((resolve) => room.joining(resolve));
    const leaving = first((resolve) => room.leaving(resolve));
    expect(await here).toEqual([{ name: 'Name of ann' }]);
    const other = echoOf(running, 'bob');
    expect(await first((resolve) => other.join('room').here(resolve))).toEqual([
      { name: 'Name of ann' },
      { name: 'Name of bob' },
    ]);
    expect(await joining).toEqual({ name: 'Name of bob' });
    other.leave('room');
    expect(await leaving).toEqual({ name: 'Name of bob' });
  });

  test('[PP-6] whispers on private and presence channels', async () => {
    const running = await startRealtime();
    const [ann, bob] = [echoOf(running, 'ann'), echoOf(running, 'bob')];
    for (const open of [
      (echo: Echo<'reverb'>) => echo.private('chat'),
      (echo: Echo<'reverb'>) => echo.join('chat'),
    ]) {
      const [here, there] = [open(ann), open(bob)];
      await Promise.all([ready(here), ready(there)]);
      const heard = first((resolve) => there.listenForWhisper('typing', resolve));
      here.whisper('typing', { name: 'Ann' });
      expect(await heard).toEqual({ name: 'Ann' });
    }
  });

  test('[PP-8] the sender of an event is left out by its socket id', async () => {
    const running = await startRealtime();
    const [ann, bob] = [echoOf(running, 'ann'), echoOf(running, 'bob')];
    const [here, there] = [ann.channel('news'), bob.channel('news')];
    await Promise.all([ready(here), ready(there)]);
    const heardHere: unknown[] = [];
    here.listenToAll((event: unknown) => heardHere.push(event));
    const heard = first((resolve) => there.listen('.second', resolve));
    const toOthers = { socket_id: ann.socketId() ?? '' };
    await backend(running).trigger('news', 'first', {}, toOthers);
    await backend(running).trigger('news', 'second', {});
    await heard;
    await expect.poll(() => heardHere).toEqual(['.second']);
  });
});
