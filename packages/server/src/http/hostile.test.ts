import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ErrorBody } from '@parley/protocol';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { z } from 'zod/mini';
import { type Dice, dice } from '../seed/random.ts';
import { postgresDatabases, sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { postForm } from '../testing/forms.ts';
import {
  HOSTILE_BODIES,
  HOSTILE_ESCAPED,
  HOSTILE_JSON,
  type HostileJson,
  hostileForms,
} from '../testing/hostile.ts';
import { type Answer, type Caller, caller, newVisitor, signIn } from '../testing/http-client.ts';
import { type Operation, operationsOf, pathWith } from '../testing/operations.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';
import { jsonWith, type Place, placesIn, valueAt } from '../testing/schema-sample.ts';
import type { Access } from './access.ts';

/*
 * SPEC §9, for every route that there is: made from the API's own document, so that a new route is
 * attacked without anybody thinking of it. Each request goes to SQLite and to PostgreSQL, which must
 * say the same. `HOSTILE_SEEDS=20 npx vitest run hostile` tries more than an ordinary run has time for.
 */
const SEEDS = Array.from({ length: Number(process.env['HOSTILE_SEEDS'] ?? 1) }, (_, n) => n + 1);
/** Of all hostile values, for each place; which ones is the seed's affair. */
const VALUES_A_PLACE = 3;
const BODIES_A_ROUTE = 4;
const DISGUISES_A_ROUTE = 4;
// Some thousand requests, some of them with the hash of a password: on a busy machine it takes a while.
vi.setConfig({ testTimeout: 180_000 });

interface Side {
  readonly databases: TestDatabases;
  readonly server: RunningServer;
  readonly actors: Readonly<Record<Access, Caller>>;
}

let sides: readonly Side[] = [];
let operations: readonly Operation[] = [];

beforeAll(async () => {
  const url = inject('postgresUrl');
  const makers = [sqliteDatabases, ...(url === null ? [] : [() => postgresDatabases(url)])];
  sides = await Promise.all(makers.map(async (make) => startSide(await make())));
  const [side] = sides;
  if (side === undefined) throw new Error('There is no side');
  const document = await side.actors.public.call('GET', '/api/openapi.json');
  operations = operationsOf(document.json, side.server.server.routes)
    .map(askingNoConsent)
    .toSorted((a, b) => orderOf(a) - orderOf(b));
});
afterAll(async () => {
  for (const { server, databases } of sides) {
    await server.stop();
    await databases.discard();
  }
});

async function startSide(databases: TestDatabases): Promise<Side> {
  const server = await startServer(databases, { env: { LIMIT_FREE_DISK_BYTES: '0' } });
  const { url } = server;
  const visitor = await newVisitor(url);
  const agent = await signIn(url, OWNER);
  const site = caller(url, { authorization: `Bearer ${SITE_TOKEN}` });
  const nobody = caller(url, {});
  // Message 1 of conversation 1 with attachment 1, as all that is asked for has the number 1.
  await postForm(visitor, '/api/chatbot/file', { files: [['files', 'a.txt', 'hello']] });
  const actors = {
    public: nobody,
    site,
    visitor,
    agent,
    'agent-page': agent,
    'visitor-or-agent': visitor,
  };
  return { databases, server, actors };
}

/** A site that asks for consent, as the sample of its settings does, would let the visitor do nothing more. */
function askingNoConsent(operation: Operation): Operation {
  if (operation.name !== 'PATCH /admin/sites/{id}') return operation;
  const { settings, ...rest } = z.parse(
    z.looseObject({ settings: z.looseObject({}) }),
    operation.body,
  );
  return { ...operation, body: { ...rest, settings: { ...settings, consent: null } } };
}

/** What makes things goes first, so that there is one of each; what ends them last. */
function orderOf({ method, path }: Operation): number {
  if (path === '/admin/logout') return 4;
  if (method === 'DELETE') return path === '/admin/visitors/{id}' ? 3 : 2;
  return method === 'POST' ? 0 : 1;
}

const changing = (): readonly Operation[] => operations.filter(({ body }) => body !== undefined);
const harmless = (): readonly Operation[] => operations.filter((one) => orderOf(one) < 2);

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly as: Access;
  readonly body?: string | Buffer | undefined;
  readonly type?: string;
}

/** Asks all sides, which must say the same; what is wrong with an answer is added to `faults`. */
async function ask(what: string, asked: Asked, faults: string[]): Promise<Answer> {
  const headers =
    asked.body === undefined ? {} : { 'content-type': asked.type ?? 'application/json' };
  const answers = await Promise.all(
    sides.map(({ actors }) => actors[asked.as].call(asked.method, asked.path, asked.body, headers)),
  );
  const [answer] = answers;
  if (answer === undefined) throw new Error('Nobody was asked');
  for (const { status, text, json } of answers) {
    const isForm = status < 400 || z.safeParse(ErrorBody, json).success;
    if (status >= 500 || !isForm) faults.push(`${what}: ${status} ${text.slice(0, 300)}`);
  }
  const said = answers.map(({ status }) => status);
  if (new Set(said).size > 1) faults.push(`${what}: ${said.join(' on SQLite, on PostgreSQL ')}`);
  return answer;
}

const fixed = (operation: Operation): Record<string, string> => ({
  email: encodeURIComponent('somebody@people.example'),
  name: 'a.txt',
  ...(operation.path.startsWith('/admin/profile/sessions') && { id: '0123456789abcdef' }),
});

const queryText = (query: Readonly<Record<string, unknown>>): string =>
  Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');

function rightRequest(operation: Operation): Asked {
  const { method, access, query, body } = operation;
  // A poll that waits would only hold us up.
  const search = queryText({ ...query, ...('wait' in query && { wait: 0 }) });
  return {
    method,
    as: access,
    path: `${pathWith(operation, fixed(operation))}${search === '' ? '' : `?${search}`}`,
    body: body === undefined ? undefined : JSON.stringify(body),
  };
}

const pick = <T>(random: Dice, from: readonly T[], count: number): readonly T[] =>
  from
    .map((value) => [random.next(), value] as const)
    .toSorted(([a], [b]) => a - b)
    .slice(0, count)
    .map(([, value]) => value);

test('the request that is made for each route is a right one: others fail for what is hostile', async () => {
  expect(operations.length).toBeGreaterThan(70);
  const faults: string[] = [];
  for (const operation of harmless()) {
    const { status, text } = await ask(operation.name, rightRequest(operation), faults);
    const isForm = operation.body === undefined && operation.fileField !== null;
    const refused = isForm ? [400, 401, 422] : [400, 401, 415, 422];
    const isSignIn = operation.path === '/admin/login' && status === 401;
    if (refused.includes(status) && !isSignIn) faults.push(`${operation.name}: ${status} ${text}`);
  }
  expect(faults).toEqual([]);
});

test.each(SEEDS)('[SPEC-9] each place of each body, seed %i', async (seed) => {
  const random = dice(seed);
  const faults: string[] = [];
  let [kept, refused] = [0, 0];
  for (const operation of changing()) {
    for (const place of placesIn(operation.body)) {
      for (const value of pick(random, HOSTILE_JSON, VALUES_A_PLACE)) {
        if (value.type === 'boolean' && typeof valueAt(operation.body, place) === 'boolean')
          continue;
        const what = `${operation.name} ${place.join('.')}=${value.raw.slice(0, 80)}`;
        const body = jsonWith(operation.body, place, value.raw);
        const answer = await ask(what, { ...rightRequest(operation), body }, faults);
        if (answer.status >= 400) refused += 1;
        else if (keepsAsItIs(answer, place, value, what, faults)) kept += 1;
      }
    }
  }
  expect(faults).toEqual([]);
  expect(refused).toBeGreaterThan(300);
  expect(kept).toBeGreaterThan(5);
});

/** Whether the answer holds the text that was sent, which then is as it was sent. */
function keepsAsItIs(
  { json }: Answer,
  place: Place,
  { type, raw }: HostileJson,
  what: string,
  faults: string[],
): boolean {
  if (type !== 'string') return false;
  const sent = JSON.parse(raw) as string;
  const name = place.findLast((part) => typeof part === 'string') ?? '';
  // A token is answered by another one.
  const found = name.endsWith('token') ? [] : textsNamed(json, name);
  if (found.length === 0) return false;
  if (!found.some((text) => text === sent || text === sent.trim())) {
    faults.push(`${what} became ${JSON.stringify(found).slice(0, 200)}`);
  }
  return true;
}

function textsNamed(value: unknown, wanted: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === wanted && typeof inner === 'string' ? [inner] : textsNamed(inner, wanted),
  );
}

test.each(SEEDS)('[SPEC-9] bodies that are wrong as a whole, seed %i', async (seed) => {
  const random = dice(seed);
  const faults: string[] = [];
  for (const operation of changing()) {
    for (const [what, body, type] of pick(random, HOSTILE_BODIES, BODIES_A_ROUTE)) {
      await ask(
        `${operation.name} with ${what}`,
        { ...rightRequest(operation), body, type },
        faults,
      );
    }
  }
  expect(faults).toEqual([]);
});

test.each(SEEDS)('[SPEC-9] each parameter of each query, seed %i', async (seed) => {
  const random = dice(seed);
  const faults: string[] = [];
  for (const operation of operations.filter(({ method }) => method === 'GET')) {
    for (const name of Object.keys(operation.query)) {
      const { [name]: _, ...others } = operation.query;
      const right = rightRequest({ ...operation, query: others });
      const join = right.path.includes('?') ? '&' : '?';
      const asks = pick(random, HOSTILE_ESCAPED, VALUES_A_PLACE).flatMap((value) => [
        `${name}=${value}`,
        random.pick([
          `${name}=1&${name}=${value}`,
          `${name}[]=${value}`,
          `${name}[__proto__]=${value}`,
        ]),
      ]);
      for (const query of asks) {
        const path = `${right.path}${join}${query}`;
        await ask(`GET ${path}`, { ...right, path }, faults);
      }
      const isWhole = ['limit', 'before', 'after'].includes(name);
      const below = await ask(
        `${name}=-1`,
        { ...right, path: `${right.path}${join}${name}=-1` },
        faults,
      );
      if (isWhole && below.status !== 422)
        faults.push(`${operation.name} ${name}=-1: ${below.status}`);
    }
  }
  expect(faults).toEqual([]);
});

test.each(SEEDS)('[SPEC-9] each parameter of each path, seed %i', async (seed) => {
  const random = dice(seed);
  const faults: string[] = [];
  for (const operation of operations) {
    for (const name of operation.pathParameters) {
      for (const value of pick(random, HOSTILE_ESCAPED, VALUES_A_PLACE)) {
        const path = pathWith(operation, { ...fixed(operation), [name]: value });
        await ask(`${operation.method} ${path}`, { ...rightRequest(operation), path }, faults);
      }
    }
  }
  expect(faults).toEqual([]);
});

test('[SPEC-9] [SEC-3] forms that are tricks: nothing is left behind', async () => {
  const faults: string[] = [];
  for (const operation of operations) {
    const { fileField } = operation;
    if (fileField === null) continue;
    for (const [what, { body, type }] of hostileForms(fileField)) {
      await ask(`${operation.name}: ${what}`, { ...rightRequest(operation), body, type }, faults);
    }
  }
  expect(faults).toEqual([]);
  for (const { server } of sides) {
    await expect.poll(() => readdir(join(server.dataDir, 'incoming'))).toEqual([]);
  }
});

/** The same address, as a careless parser may read it. */
const DISGUISES: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.toUpperCase(),
  (path) => `${path};x=1`,
  (path) => `${path}%00`,
  (path) => `${path}?x=/api/openapi.json`,
  (path) => `/up/..${path}`,
  (path) => `/up/..%2f${path.slice(1)}`,
  (path) => `/.${path}`,
  (path) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (path) => path.replaceAll('/', '%2f'),
  (path) => `http://localhost${path}`,
];

test.each(SEEDS)(
  '[SEC-1] nobody passes a guard by another way to write the address, seed %i',
  async (seed) => {
    const random = dice(seed);
    const faults: string[] = [];
    for (const operation of operations.filter(({ access }) => access !== 'public')) {
      const right = rightRequest(operation);
      const tried = [(path: string) => path, ...pick(random, DISGUISES, DISGUISES_A_ROUTE)];
      for (const disguise of tried) {
        const path = disguise(right.path);
        const what = `${operation.method} ${path}`;
        const { status } = await ask(what, { ...right, path, as: 'public' }, faults);
        if (status < 400) faults.push(`${what} as nobody: ${status}`);
      }
    }
    expect(faults).toEqual([]);
  },
);

test('after all of it the server answers, and nothing in it failed', async () => {
  for (const { server } of sides) {
    const visitor = await newVisitor(server.url);
    expect((await visitor.say('still there?')).seq).toBe(1);
    expect(server.log.filter((line) => line.includes('"A request failed"'))).toEqual([]);
  }
});
