import { expect, test } from 'vitest';
import type { Heads } from '../conversation/conversation.queries.ts';
import { createGreeter } from './greet.ts';

const NO_CURRENT = { currentOf: () => Promise.resolve(new Map<number, number>()) };

const channelOf = (id: number): string => `private-chat.conversation.${id}`;

test('[SYNC-6] a thousand who come at once cost a few reads, and each is told its own head', async () => {
  const reads: (readonly number[])[] = [];
  const greet = createGreeter({
    ...NO_CURRENT,
    headsOf: (ids) => {
      reads.push(ids);
      const heads = ids.map((id): [number, Heads] => [id, { visitor: id * 2, agent: id * 3 }]);
      return Promise.resolve(new Map(heads.filter(([id]) => id !== 13)));
    },
  });
  const ids = Array.from({ length: 1_000 }, (_, n) => n + 1);
  const names = ids.flatMap((id) => [channelOf(id), `${channelOf(id)}.agents`]);
  const greetings = await Promise.all(names.map(async (name) => greet('1', name)));
  const heads = greetings.map((greeting) =>
    greeting === null ? null : (JSON.parse(greeting.data) as { head: number }).head,
  );
  expect(heads).toEqual(ids.flatMap((id) => (id === 13 ? [null, null] : [id * 2, id * 3])));
  expect(reads.map(({ length }) => length)).toEqual([500, 500]);
});

test('[SYNC-6] the head is read after the subscription, also where a read is under way', async () => {
  let head = 1;
  const reading = Promise.withResolvers<void>();
  const greet = createGreeter({
    ...NO_CURRENT,
    headsOf: (ids) => {
      const read = new Map(ids.map((id) => [id, { visitor: head, agent: head }]));
      reading.resolve();
      return new Promise((resolve) => {
        setImmediate(() => {
          resolve(read);
        });
      });
    },
  });
  const first = greet('1', channelOf(1));
  await reading.promise;
  head = 2;
  const second = greet('1', channelOf(1));
  expect((await first)?.data).toContain('"head":1');
  expect((await second)?.data).toContain('"head":2');
});

test('a read that fails fails those who asked, and nobody after them', async () => {
  let fails = true;
  const greet = createGreeter({
    ...NO_CURRENT,
    headsOf: () =>
      fails
        ? Promise.reject(new Error('the database is gone'))
        : Promise.resolve(new Map([[1, { visitor: 1, agent: 1 }]])),
  });
  await expect(greet('1', channelOf(1))).rejects.toThrow('gone');
  fails = false;
  expect((await greet('1', channelOf(1)))?.data).toContain('"head":1');
});

test('[SYNC-6] a visitor is told which conversation is the current one, or that there is none', async () => {
  const reads: (readonly number[])[] = [];
  const greet = createGreeter({
    headsOf: () => Promise.resolve(new Map()),
    currentOf: (ids) => {
      reads.push(ids);
      return Promise.resolve(new Map([[3, 7]]));
    },
  });
  const names = ['private-chat.visitor.3', 'private-chat.visitor.4'];
  const greetings = await Promise.all(names.map(async (name) => greet('1', name)));
  expect(greetings).toEqual(
    [7, null].map((id) => ({
      event: 'ChatCurrentConversation',
      data: JSON.stringify({ conversation_id: id }),
    })),
  );
  expect(reads).toEqual([[3, 4]]);
});
