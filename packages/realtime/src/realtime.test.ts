import { describe, expect, test } from 'vitest';
import { createMemoryBus } from './cluster/bus.ts';
import { createRealtime } from './realtime.ts';
import { startHost } from './testing/host-server.ts';
import { connectRaw, leave, openRaw } from './testing/raw-client.ts';
import { APP, startRealtime } from './testing/running-server.ts';
import { backend, nextEvent, pusherClient } from './testing/sdk-clients.ts';

describe('publishing in process', () => {
  test('[PP-3] goes to each subscriber of each channel, in order', async () => {
    const running = await startRealtime();
    const [one, two] = await Promise.all([connectRaw(running), connectRaw(running)]);
    await one.join('private-a');
    await two.join('private-a');
    await two.join('private-b');
    for (let n = 0; n < 50; n += 1) {
      const channels = ['private-a', 'private-b', 'private-c'];
      running.server.publish({ appId: APP.id, channels, event: 'n', data: String(n) });
    }
    await Promise.all([one.roundTrip(), two.roundTrip()]);
    const numbers = Array.from({ length: 50 }, (_, n) => String(n));
    expect(one.eventsOn('private-a').map((frame) => frame.data)).toEqual(numbers);
    expect(two.eventsOn('private-a').map((frame) => frame.data)).toEqual(numbers);
    expect(two.eventsOn('private-b').map((frame) => frame.data)).toEqual(numbers);
  });

  test('[PP-8] leaves out one socket', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('chat');
    const publication = { appId: APP.id, channels: ['chat'], event: 'e', data: '1' };
    running.server.publish({ ...publication, exceptSocketId: client.socketId });
    running.server.publish({ ...publication, exceptSocketId: '0.0', data: '2' });
    await client.roundTrip();
    expect(client.eventsOn('chat').map((frame) => frame.data)).toEqual(['2']);
  });

  test('never throws: not for a dead socket, no channel or no app', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('chat');
    const publication = { appId: APP.id, channels: ['chat', ''], event: 'e', data: '1' };
    client.webSocket.terminate();
    for (let n = 0; n < 10; n += 1) running.server.publish(publication);
    running.server.publish({ ...publication, appId: 'none' });
    await leave(client);
    running.server.publish(publication);
  });
});

test('[PP-10] apps do not hear each other, and one id or key is one app', async () => {
  const other = { id: '8', key: 'other-key', secret: 'other-secret' };
  const running = await startRealtime({ apps: [APP, other] });
  const [mine, theirs] = await Promise.all([
    connectRaw(running),
    connectRaw(running, { path: '/app/other-key?protocol=7' }),
  ]);
  for (const client of [mine, theirs]) {
    client.subscribe('chat');
    await client.next('pusher_internal:subscription_succeeded');
  }
  await backend(running, other).trigger('chat', 'e', {});
  await theirs.next('e');
  await mine.roundTrip();
  expect(mine.eventsOn('chat')).toEqual([]);
  expect(() => createRealtime({ apps: [APP, { ...other, key: APP.key }] })).toThrow('same id');
});

test('two servers on one bus are one for publications, except for one socket too', async () => {
  const bus = createMemoryBus();
  const [here, there] = await Promise.all([startRealtime({ bus }), startRealtime({ bus })]);
  const [ann, bob] = await Promise.all([connectRaw(here), connectRaw(there)]);
  await ann.join('private-chat');
  await bob.join('private-chat');
  ann.send({ event: 'client-x', channel: 'private-chat', data: 1 });
  expect((await bob.next('client-x')).data).toBe(1);
  await backend(there).trigger('private-chat', 'e', {}, { socket_id: bob.socketId });
  await ann.next('e');
  await Promise.all([ann.roundTrip(), bob.roundTrip()]);
  expect(ann.eventsOn('private-chat').map((frame) => frame.event)).toEqual(['e']);
  expect(bob.eventsOn('private-chat').map((frame) => frame.event)).toEqual(['client-x']);
});

describe('embedded', () => {
  test('leaves every other path to its host', async () => {
    const host = await startHost(createRealtime({ apps: [APP] }));
    for (const path of ['/', '/apps', '/appsx/7/events', '/app/app-key', '/up']) {
      const response = await fetch(`http://127.0.0.1:${host.port}${path}`);
      expect(await response.text()).toBe('page of the host');
    }
    for (const path of ['/ws/dashboard', '/app/', '/apps/app-key', '/app/a/b']) {
      const client = openRaw(host, { path });
      const status = await new Promise((resolve) => {
        client.webSocket.once('unexpected-response', (_request, response) => {
          resolve(response.statusCode);
          response.destroy();
        });
      });
      expect(status).toBe(418);
    }
    const client = await connectRaw(host);
    await client.join('chat');
    await backend(host).trigger('chat', 'e', {});
    await client.next('e');
  });

  test('[PP-7] pusher-js comes back from 4200 by itself, and subscribes again', async () => {
    const host = await startHost(createRealtime({ apps: [APP] }));
    const client = pusherClient(host);
    const channel = client.subscribe('private-chat');
    await nextEvent(channel, 'pusher:subscription_succeeded');
    const again = nextEvent(channel, 'pusher:subscription_succeeded');
    const first = host.realtime;
    host.realtime = createRealtime({ apps: [APP] });
    await first.close();
    await again;
    expect(host.realtime.stats()).toEqual({ connections: 1, channels: 1 });
  });

  test('takes no one in once it is closed', async () => {
    const host = await startHost(createRealtime({ apps: [APP] }));
    await host.realtime.close();
    const client = openRaw(host);
    expect((await client.closed).code).toBe(1006);
  });
});
