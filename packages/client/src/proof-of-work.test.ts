import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { OutboxKeeper } from './outbox-keeper.ts';
import { Outbox } from './outbox.ts';
import { platform } from './platform.ts';
import { firstWordOfHash, solve } from './proof-of-work.ts';
import { createVisitorApi } from './visitor-api.ts';

const challenge = () => `terms.${randomBytes(32).toString('base64url')}`;
const never = new AbortController().signal;

/** How many zeros the hash of each puzzle begins with, at least, by the platform's own SHA-256. */
function zerosOf(proof: string): number {
  const [, seed = '', numbers = ''] = proof.split('.');
  const words = numbers.split('-').map((number, puzzle) => {
    const block = Buffer.concat([Buffer.from(seed, 'base64url'), Buffer.alloc(8)]);
    block.writeUInt32BE(puzzle, 32);
    block.writeUInt32BE(Number(number), 36);
    return createHash('sha256').update(block).digest().readUInt32BE();
  });
  return Math.clz32(Math.max(...words));
}

test('one block is hashed as the platform does', () => {
  for (let n = 0; n < 200; n += 1) {
    const bytes = randomBytes(40);
    const block = new Int32Array(64);
    for (let word = 0; word < 10; word += 1) block[word] = bytes.readInt32BE(4 * word);
    block[10] = 0x80000000;
    block[15] = 320;
    expect(firstWordOfHash(block)).toBe(createHash('sha256').update(bytes).digest().readUInt32BE());
  }
});

test('[SEC-4] every puzzle is solved; it can be given up', async () => {
  const proof = await solve({ challenge: challenge(), bits: 9, puzzles: 16 }, never);
  expect(proof.split('.')[2]?.split('-')).toHaveLength(16);
  expect(zerosOf(proof)).toBeGreaterThanOrEqual(9);
  const leaving = AbortSignal.abort();
  const endless = solve({ challenge: challenge(), bits: 22, puzzles: 64 }, leaving);
  await expect(endless).rejects.toMatchObject({ code: 'aborted' });
});

interface Arrival {
  readonly id: string;
  readonly proof: string | undefined;
}

/** A server that answers the messages that come by what it is told, and notes them. */
async function startDesk(
  answer: (arrival: Arrival, nth: number) => [status: number, body: object],
) {
  const arrivals: Arrival[] = [];
  const read = async (request: IncomingMessage): Promise<Arrival> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { client_message_id: id } = JSON.parse(Buffer.concat(chunks).toString()) as {
      client_message_id: string;
    };
    return { id, proof: request.headers['parley-proof']?.toString() };
  };
  const server = createServer((request, response) => {
    void read(request).then((arrival) => {
      arrivals.push(arrival);
      const [status, body] = answer(arrival, arrivals.length);
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '30' });
      response.end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { arrivals, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The real outbox of a page, which sends to it. */
async function openOutbox(baseUrl: string) {
  const environment = platform();
  const api = createVisitorApi({
    baseUrl,
    environment,
    siteToken: 'site',
    visitorToken: () => 'visitor',
  });
  const seen: string[] = [];
  const outbox: Outbox = new Outbox({
    environment,
    keeper: new OutboxKeeper(environment, () => undefined),
    conversationId: null,
    send: (entry, signal, onProgress) => api.send(entry, signal, onProgress),
    onChange: () => seen.push(outbox.entries.map(({ state }) => state.kind).join()),
    onAcknowledged: () => undefined,
    onUnauthorized: () => undefined,
    shownUpTo: () => 0,
    tell: () => undefined,
    debug: () => undefined,
  });
  onTestFinished(() => outbox.close());
  await outbox.belongTo('me');
  return { outbox, seen };
}

const refused = (details: object): [number, object] => [
  429,
  { success: false, error: { code: 'proof_required', message: 'Work first.', details } },
];

function accepted({ id }: Arrival, seq: number): [number, object] {
  const message = {
    id: seq,
    conversation_id: 1,
    client_message_id: id,
    sender_type: 'visitor',
    sender_name: null,
    text: 'hi',
    attachments: [],
    created_at: '2026-01-01 00:00:00',
    timestamp: 0,
    seq,
    changed_seq: seq,
    edited_at: null,
    deleted_at: null,
    private: false,
  };
  return [201, { success: true, message, head: seq }];
}

test('[SEC-4][SYNC-9] a first message that needs work is sent once it is done: the same, once, and shown as sending', async () => {
  const work = challenge();
  const desk = await startDesk((arrival, nth) =>
    arrival.proof === undefined && nth === 1
      ? refused({ challenge: work, bits: 9, puzzles: 16 })
      : accepted(arrival, nth),
  );
  const { outbox, seen } = await openOutbox(desk.url);
  const first = outbox.add('hi');
  const second = outbox.add('are you there?');
  await expect
    .poll(() => outbox.entries.map(({ state }) => state.kind))
    .toEqual(['acknowledged', 'acknowledged']);
  expect(desk.arrivals.map(({ id }) => id)).toEqual([first, first, second]);
  const [, proven, later] = desk.arrivals;
  expect(proven?.proof?.startsWith(`${work}.`)).toBe(true);
  expect(zerosOf(proven?.proof ?? '')).toBeGreaterThanOrEqual(9);
  // Only who begins is asked.
  expect(later?.proof).toBeUndefined();
  expect([...new Set(seen)]).toEqual([
    '',
    'waiting',
    'waiting,waiting',
    'sending,waiting',
    'acknowledged,waiting',
    'acknowledged,sending',
    'acknowledged,acknowledged',
  ]);
});

test('[SEC-4] a newer challenge is worked on; what nobody could do, or would, waits as in any rush', async () => {
  const desk = await startDesk((arrival, nth) =>
    nth < 3 ? refused({ challenge: challenge(), bits: nth, puzzles: 16 }) : accepted(arrival, nth),
  );
  const { outbox } = await openOutbox(desk.url);
  outbox.add('hi');
  await expect.poll(() => outbox.entries[0]?.state.kind).toBe('acknowledged');
  expect(new Set(desk.arrivals.map(({ proof }) => proof)).size).toBe(3);

  for (const details of [
    { challenge: challenge(), bits: 31, puzzles: 16 },
    { challenge: challenge(), bits: 9, puzzles: 1e9 },
    { challenge: randomUUID(), bits: 9, puzzles: 16 },
    {},
  ]) {
    const greedy = await startDesk(() => refused(details));
    const { outbox: waiting } = await openOutbox(greedy.url);
    waiting.add('hi');
    await expect.poll(() => greedy.arrivals.length).toBe(1);
    await expect.poll(() => waiting.entries[0]?.state.kind).toBe('waiting');
  }
});
