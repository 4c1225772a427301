import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { encoded, type TestForm } from '../testing/forms.ts';
import { type Answer, newVisitor, type TestVisitor } from '../testing/http-client.ts';
import { solved, taskOf } from '../testing/prove.ts';
import { type RunningServer, startServer } from '../testing/running-server.ts';

/** The proof of work as it goes over HTTP, by the short way and by Fastify. */

/** What makes Fastify answer a call that would be plain without it. */
const DETOUR = { 'content-encoding': 'identity' };
/** So many conversations of a site begin for nothing. */
const FREE = 5;

let databases: TestDatabases;
let server: RunningServer;
let now_ms = Date.now();

beforeAll(async () => {
  databases = await sqliteDatabases();
  const env = {
    RATE_LIMITS: 'on',
    LIMIT_CONVERSATIONS_PER_MINUTE: '1',
    LIMIT_INITS_PER_MINUTE: '100000',
    TRUST_PROXY: 'true',
  };
  server = await startServer(databases, { env, clock: { now_ms: () => now_ms } });
});
afterAll(async () => {
  await server.stop();
  await databases.discard();
});

let addresses = 0;
/** From a neighbourhood where nobody else is. */
function elsewhere(): Record<string, string> {
  addresses += 1;
  return { 'x-forwarded-for': `198.${addresses >> 8}.${addresses & 255}.1` };
}

function post(visitor: TestVisitor, id: string, headers: Record<string, string> = {}) {
  const body = { text: 'Hello', client_message_id: id };
  return visitor.call('POST', '/api/chatbot/message', body, { ...elsewhere(), ...headers });
}

/** A site of its own, on which as many conversations began as do for nothing. */
async function besieged() {
  const { token } = await server.newSite();
  const stranger = () => newVisitor(server.url, token);
  const first = await stranger();
  expect((await post(first, randomUUID())).status).toBe(201);
  for (let n = 1; n < FREE; n += 1) {
    expect((await post(await stranger(), randomUUID())).status).toBe(201);
  }
  return { stranger, first };
}

const proofIn = (answer: Answer) => ({ 'parley-proof': solved(taskOf(answer)) });

test.each([
  ['plainly', {}],
  ['through Fastify', DETOUR],
])(
  '[SEC-4] a first message in a rush is asked for work, and taken with it; sent %s',
  async (_how, way) => {
    const { stranger, first } = await besieged();
    const [visitor, id] = [await stranger(), randomUUID()];
    const asked = await post(visitor, id, way);
    expect([asked.status, asked.headers['retry-after']]).toEqual([429, '30']);
    expect(taskOf(asked)).toEqual({
      challenge: expect.any(String) as string,
      bits: 10,
      puzzles: 16,
      client_message_id: id,
      reason: 'none',
    });
    expect((await post(first, randomUUID(), way)).status).toBe(201);
    const proof = proofIn(asked);
    expect((await post(visitor, id, { ...way, ...proof })).status).toBe(201);
    // A second time it opens nothing: it is the same message.
    expect((await post(visitor, id, { ...way, ...proof })).status).toBe(200);
  },
);

test('[SEC-4] a proof that is another’s, used up, old, or none is refused, and says so', async () => {
  const { stranger } = await besieged();
  const [visitor, id] = [await stranger(), randomUUID()];
  const reason = async (who: TestVisitor, messageId: string, proof: string) => {
    const answer = await post(who, messageId, { 'parley-proof': proof });
    expect(answer.status).toBe(429);
    return taskOf(answer).reason;
  };
  const proof = solved(taskOf(await post(visitor, id)));
  const [terms, signature, numbers] = proof.split('.');
  const other = await stranger();
  expect(await reason(other, id, proof)).toBe('foreign');
  expect(await reason(visitor, randomUUID(), proof)).toBe('foreign');
  expect(await reason(visitor, id, `${terms}.${'A'.repeat(43)}.${numbers}`)).toBe('forged');
  expect(await reason(visitor, id, `${terms}.${signature}.0`)).toBe('unsolved');
  for (const none of ['x', `${proof}.`, '-'.repeat(4_000)]) {
    expect(await reason(visitor, id, none)).toBe('malformed');
  }
  expect((await post(visitor, id, { 'parley-proof': proof })).status).toBe(201);
  const [late, lateId] = [await stranger(), randomUUID()];
  const stale = solved(taskOf(await post(late, lateId)));
  now_ms += 310_000;
  // That rush is over: another one.
  for (let n = 0; n < FREE; n += 1) await post(await stranger(), randomUUID());
  expect(await reason(late, lateId, stale)).toBe('expired');
});

test('[SEC-4] many from one neighbourhood of addresses are asked sooner, others are not', async () => {
  const { token } = await server.newSite();
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const knock = async (address: string) =>
    (await post(await newVisitor(server.url, token), randomUUID(), from(address))).status;
  // Twice as strict as for all together.
  for (const end of [1, 2, 3]) expect(await knock(`203.0.113.${end}`)).toBe(201);
  expect(await knock('203.0.113.9')).toBe(429);
  expect(await knock('198.51.100.1')).toBe(201);
});

test('[SEC-4] files and recordings are no way round it', async () => {
  const { stranger } = await besieged();
  const visitor = await stranger();
  const send = async (id: string, more: Record<string, string> = {}) => {
    const form: TestForm = {
      files: [['file', 'a.txt', 'just text']],
      fields: { client_message_id: id },
    };
    const { body, headers } = await encoded(form);
    return visitor.call('POST', '/api/chatbot/file', body, { ...headers, ...more });
  };
  const id = randomUUID();
  const asked = await send(id);
  expect(taskOf(asked).client_message_id).toBe(id);
  expect((await send(id, proofIn(asked))).status).toBe(201);
});

test('[SEC-4] 1,000 first messages of a bot get no further than the first few; who talks is not disturbed', async () => {
  const { token } = await server.newSite();
  const guest = await newVisitor(server.url, token);
  expect((await post(guest, randomUUID())).status).toBe(201);
  // Each from elsewhere, and nobody does any work.
  const visitors = await Promise.all(
    Array.from({ length: 1_000 }, () => newVisitor(server.url, token)),
  );
  const attack = visitors.map((bot) => post(bot, randomUUID()));
  const spoken = [1, 2, 3].map(() => post(guest, randomUUID()));
  expect((await Promise.all(spoken)).map(({ status }) => status)).toEqual([201, 201, 201]);
  const answers = await Promise.all(attack);
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(FREE - 1);
  expect(refused).toHaveLength(1_000 - FREE + 1);
  for (const answer of refused) expect(taskOf(answer).bits).toBeGreaterThanOrEqual(10);
});
