import { expect, test } from 'vitest';
import { createMemoryBus } from '../cluster/bus.ts';
import { connectRaw, leave } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';

test('[SEC-5] the sockets of one owner are closed, and nobody else’s', async () => {
  const running = await startRealtime();
  const { server } = running;
  const [one, two, other] = [
    await connectRaw(running),
    await connectRaw(running),
    await connectRaw(running),
  ];
  for (const { socketId } of [one, two]) expect(server.claim(APP.id, socketId, 'ann')).toBe(true);
  server.claim(APP.id, other.socketId, 'bob');
  expect(server.claim(APP.id, '1.2', 'ann')).toBe(false);
  server.disconnectOwner(APP.id, 'ann', 'away');
  expect((await one.closed).code).toBe(4009);
  expect((await two.closed).code).toBe(4009);
  await other.roundTrip();
  server.disconnectOwner(APP.id, 'bob', 'anew');
  expect((await other.closed).code).toBe(4200);
});

test('[SEC-5] an entry dies with its socket, and none acts for more than a few', async () => {
  const running = await startRealtime();
  const { server } = running;
  const client = await connectRaw(running);
  server.claim(APP.id, client.socketId, 'ann');
  expect(server.owners(APP.id)).toEqual(['ann']);
  await leave(client);
  await expect.poll(() => server.owners(APP.id)).toEqual([]);
  const greedy = await connectRaw(running);
  for (let n = 0; n < 9; n += 1) server.claim(APP.id, greedy.socketId, `owner ${n}`);
  expect((await greedy.closed).code).toBe(4100);
  expect(server.owners(APP.id)).toEqual([]);
});

test('who follows a channel is known while a socket of theirs does, whichever was said first', async () => {
  const attended: string[] = [];
  const running = await startRealtime({ attended: (_appId, channel) => attended.push(channel) });
  const { server } = running;
  const [ann, bob] = [await connectRaw(running), await connectRaw(running)];
  server.claim(APP.id, ann.socketId, 'ann');
  await ann.join('private-a');
  await bob.join('private-a');
  expect(server.ownersAt(APP.id, 'private-a')).toEqual(['ann']);
  expect(attended).toEqual(['private-a', 'private-a']);
  server.claim(APP.id, bob.socketId, 'bob');
  expect(attended).toHaveLength(3);
  expect(server.ownersAt(APP.id, 'private-a')).toEqual(['ann', 'bob']);
  await leave(ann);
  await expect.poll(() => attended).toHaveLength(4);
  expect(server.ownersAt(APP.id, 'private-a')).toEqual(['bob']);
  expect(server.ownersAt(APP.id, 'private-b')).toEqual([]);
});

test('a note reaches the embedding servers of the other nodes; one that throws harms nothing', async () => {
  const bus = createMemoryBus();
  const heard: string[] = [];
  const told = (name: string) => (note: string) => {
    heard.push(`${name} ${note}`);
    throw new Error('not mine');
  };
  const [first] = [
    await startRealtime({ bus, told: told('first') }),
    await startRealtime({ bus, told: told('second') }),
    await startRealtime({ bus, told: told('third') }),
  ];
  await expect.poll(() => first.server.clusterFigures()?.nodes).toBe(3);
  const note = JSON.stringify({ text: 'line\nbreak \u2028' });
  first.server.tell(note);
  await expect.poll(() => heard.toSorted()).toEqual([`second ${note}`, `third ${note}`]);
  const client = await connectRaw(first);
  await client.roundTrip();
});

test('[SYNC-8] who may have missed something is greeted once more', async () => {
  let head = 1;
  const running = await startRealtime({
    greet: (_appId, channel) =>
      channel === 'private-b' ? null : Promise.resolve({ event: 'Head', data: String(head) }),
  });
  const client = await connectRaw(running);
  await client.join('private-a');
  expect((await client.next('Head')).data).toBe('1');
  await client.join('private-b');
  head = 2;
  await running.server.greetAgain();
  expect((await client.next('Head', 'private-a')).data).toBe('2');
  await client.next('pusher_internal:subscription_succeeded', 'private-b');
  expect(client.eventsOn('private-b')).toEqual([]);
});
