import { WEBHOOK_PAYLOADS, type WebhookEvent, type WebhookRequest } from '@parley/protocol';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod/mini';
import type { AgentActor } from '../actor.ts';
import type { By } from '../audit/audit.ts';
import { plain, runOne } from '../database/database.ts';
import { startJobWorker } from '../job/job.worker.ts';
import { createSiteQueries } from '../site/site.queries.ts';
import type { Site } from '../site/site.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { type ReceivedRequest, type Receiver, startReceiver } from '../testing/receiver.ts';
import { withWorld } from '../testing/with-world.ts';
import {
  answer,
  codeOf,
  createWorld,
  joinSite,
  newAgent,
  newSite,
  newVisitor,
  say,
  visit,
  type World,
} from '../testing/world.ts';
import { createWebhooks } from './webhooks.ts';

const ALL = Object.keys(WEBHOOK_PAYLOADS).filter((event) => event !== 'webhook.test');
const HOUR_MS = 60 * 60_000;
const nothing = (): void => undefined;
const silent = { info: nothing, debug: nothing, warn: nothing, error: nothing };

/** Who asked for it is told of every change, in order, signed, until it is taken or three days are over. */
export function webhookContract(make: MakeDatabases): void {
  describe('webhooks', () => {
    const at = withWorld(make);
    let receiver: Receiver;
    let world: World;
    let hooks: Awaited<ReturnType<typeof createWebhooks>>;
    let owner: AgentActor;
    let site: Site;

    beforeAll(async () => {
      receiver = await startReceiver();
      world = createWorld(at.world().database, [], true);
      // The library goes by the clock on the wall.
      world.clock.advance(Date.now() - world.clock.now_ms());
      hooks = await createWebhooks({
        context: world,
        config: { appUrl: undefined, webhookAllowPrivate: ['127.0.0.1'] },
        // Mails wait in the queue: nobody works at them here.
        mailer: { send: () => Promise.resolve() },
        siteQueries: createSiteQueries(world),
        chance: () => 0,
        onJob: () => undefined,
        onChanged: () => undefined,
        onPosted: () => undefined,
        logger: silent,
      });
      owner = await newAgent(world, [{ site: await newSite(world), role: 'owner' }]);
    });
    afterAll(() => receiver.stop());
    beforeEach(async () => {
      receiver.received.length = 0;
      receiver.answer = (_request, response) => response.writeHead(204).end();
      site = await newSite(world);
      owner = await joinSite(world, owner, site, 'owner');
    });

    const by = (): By => ({
      agentId: owner.agentId,
      name: 'Ada',
      address: '::1',
      at_ms: world.clock.now_ms(),
    });
    const hook = (events: readonly string[], more: Partial<WebhookRequest> = {}) => {
      const request = { site_id: site.id, url: `${receiver.url}/in`, ...more };
      return hooks.commands.create(owner, { ...request, events: events as WebhookEvent[] }, by());
    };
    const typesOf = (requests: readonly ReceivedRequest[]): unknown[] =>
      requests.map(({ body }) => (JSON.parse(body) as { type: string }).type);
    const log = async (id: number) => (await hooks.queries.deliveries(owner, id, {})).deliveries;

    /** Until nothing is due any more. */
    async function work(nodes = 1): Promise<void> {
      const { database, clock } = world;
      const { webhook, 'webhook:beside': beside } = hooks.handlers;
      if (webhook === undefined || beside === undefined) throw new Error('Nobody delivers');
      const handlers = { webhook, 'webhook:beside': beside };
      for (;;) {
        const workers = Array.from({ length: nodes }, () =>
          startJobWorker({ database, clock, handlers, logger: silent, random: () => 0 }),
        );
        await Promise.all(workers.map((worker) => worker.stop()));
        const due = database.sql.db
          .selectFrom('jobs')
          .select('id')
          .where('kind', 'in', Object.keys(handlers))
          .where('run_at', '<=', clock.now_ms());
        if ((await database.query(due.compile())).length === 0) return;
      }
    }

    it('what happens is delivered in its order, signed, as the document describes it', async () => {
      const { webhook, secret } = await hook(ALL);
      const foreign = await newVisitor(world, await newSite(world));
      await say(world, foreign, 'of another site');
      const { actor, visitor_token } = await visit(world, site, { name: 'Grace' });
      const { message } = await say(world, actor, 'Hello');
      const id = message.conversation_id;
      const note = await answer(world, owner, id, 'a note', { private: true });
      await world.messages.editByAgent(owner, id, note.message.id, 'another');
      await world.conversations.markReadByAgent(owner, id, undefined);
      await world.conversations.patch(owner, id, { priority: 'high' });
      await world.conversations.patch(owner, id, { status: 'resolved' });
      await world.conversations.rateByVisitor(actor, id, { score: 5, comment: 'Thanks' });
      await world.visitorDetails.setBlocked(owner, actor.visitorId, true);
      await work();
      expect(typesOf(receiver.received)).toEqual([
        'conversation.created',
        'message.created',
        'message.created',
        'message.updated',
        'conversation.updated',
        'conversation.resolved',
        'conversation.rated',
        'visitor.updated',
        'conversation.updated',
      ]);
      const verifier = new Verifier(secret);
      for (const { body, headers } of receiver.received) {
        const payload = verifier.verify(body, headers as Record<string, string>);
        const schema = WEBHOOK_PAYLOADS[(payload as { type: WebhookEvent }).type];
        expect(z.parse(schema, payload)).toEqual(payload);
        expect(() => {
          verifier.verify(`${body} `, headers as Record<string, string>);
        }).toThrow();
      }
      expect(JSON.parse(receiver.received[2]?.body ?? '')).toMatchObject({
        data: { site_id: site.id, message: { text: 'a note', private: true } },
      });
      const text = JSON.stringify(receiver.received) + JSON.stringify(await log(webhook.id));
      for (const canary of [secret, visitor_token, 'of another site']) {
        expect(text).not.toContain(canary);
      }
      expect((await log(webhook.id)).map(({ state }) => state)).toEqual(Array(9).fill('delivered'));
    });

    it('each is delivered by one of several nodes; off, deleted or not chosen: by none', async () => {
      await hook(['message.created']);
      const off = await hook(['message.created'], { url: `${receiver.url}/off` });
      const gone = await hook(['message.created'], { url: `${receiver.url}/gone` });
      await hook(['visitor.updated'], { url: `${receiver.url}/other` });
      const visitor = await newVisitor(world, site);
      const texts = Array.from({ length: 10 }, (_, n) => `message ${n}`);
      for (const text of texts) await say(world, visitor, text);
      await hooks.commands.change(owner, off.webhook.id, { on: false }, by());
      await hooks.commands.remove(owner, gone.webhook.id, by());
      await work(3);
      expect(receiver.received.map(({ path }) => path)).toEqual(Array(10).fill('/in'));
      const said = receiver.received.map(
        ({ body }) =>
          (JSON.parse(body) as { data: { message: { text: string } } }).data.message.text,
      );
      expect(said).toEqual(texts);
      const [last] = await log(off.webhook.id);
      expect(last).toMatchObject({ state: 'failed', attempts: 0, error: 'The webhook is off' });
    });

    it('what is not taken is tried for three days, holds up nothing, and can be sent again', async () => {
      const { webhook } = await hook(['message.created']);
      receiver.answer = ({ body }, response) =>
        response.writeHead(body.includes('poison') ? 500 : 200).end('no, thanks');
      const visitor = await newVisitor(world, site);
      for (const text of ['poison', 'well']) await say(world, visitor, text);
      const began_ms = world.clock.now_ms();
      const waits: number[] = [];
      for (;;) {
        await work();
        const poison = (await log(webhook.id)).find(({ payload }) => payload.includes('poison'));
        if (poison?.state !== 'waiting' || poison.next_at === null) break;
        expect(poison).toMatchObject({ status: 500, answer: 'no, thanks' });
        const wait_ms = Math.max(1_000, poison.next_at * 1_000 + 999 - world.clock.now_ms());
        waits.push(Math.round(wait_ms / 1_000));
        // What comes meanwhile does not wait for it.
        if (waits.length === 5) await say(world, visitor, 'well, too');
        world.clock.advance(wait_ms);
      }
      expect(waits).toHaveLength(9);
      expect(waits.every((wait, at) => at === 0 || wait > (waits[at - 1] ?? 0))).toBe(true);
      expect(world.clock.now_ms() - began_ms).toBeGreaterThanOrEqual(72 * HOUR_MS);
      const ended = await log(webhook.id);
      expect(ended.map(({ state, attempts }) => `${state} ${attempts}`)).toEqual([
        'delivered 1',
        'delivered 1',
        'failed 10',
      ]);
      // Others were taken: it is that one, and not the webhook.
      expect((await hooks.queries.list([site.id], owner.agentId))[0]?.off).toBeNull();

      receiver.received.length = 0;
      receiver.answer = (_request, response) => response.writeHead(200).end();
      const failed = ended[2];
      expect(await hooks.commands.replay(owner, webhook.id, failed?.id ?? 0, by())).toBe(1);
      await work();
      expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([
        failed?.webhook_id,
      ]);
      expect((await log(webhook.id))[2]).toMatchObject({ state: 'delivered', attempts: 11 });
    });

    it('[SEC-4] a receiver that hangs has neither all hands full nor a queue without end', async () => {
      const { webhook } = await hook(['message.created']);
      const visitor = await newVisitor(world, site);
      const queued = async () => {
        const { sql } = world.database;
        const jobs = sql.db.selectFrom('jobs').select(['kind', 'queue_key']).orderBy('id');
        const own = jobs.where('queue_key', 'like', `webhook:${webhook.id}%`);
        return (await world.database.query(own.compile())).map(({ kind }) => kind);
      };
      receiver.answer = (_request, response) => response.writeHead(500).end();
      await say(world, visitor, 'not taken');
      await work();
      // Tried again by others than those who make first attempts.
      expect(await queued()).toEqual(['webhook:beside']);

      const waiting = Array.from({ length: 499 }, () => ({
        kind: 'webhook',
        queue_key: `webhook:${webhook.id}`,
        payload: '{"deliveryId":0,"attempts":0}',
        attempts: 0,
        run_at: world.clock.now_ms(),
        created_at: world.clock.now_ms(),
      }));
      const insert = world.database.sql.db.insertInto('jobs').values(waiting);
      await world.database.write(runOne, plain(insert.compile()));
      for (const text of ['the last in its turn', 'far behind']) await say(world, visitor, text);
      expect((await queued()).slice(-2)).toEqual(['webhook', 'webhook:beside']);
      receiver.received.length = 0;
      receiver.answer = (_request, response) => response.writeHead(204).end();
      await work();
      expect(receiver.received).toHaveLength(2);
      world.clock.advance(6_000);
      await work();
      expect(receiver.received).toHaveLength(3);
      expect(await queued()).toEqual([]);
    });

    it('one that takes nothing for three days is switched off, and who manages the site is told', async () => {
      const { webhook } = await hook(['message.created']);
      receiver.answer = (_request, response) =>
        response.writeHead(503, { 'retry-after': '7200' }).end();
      const visitor = await newVisitor(world, site);
      for (const text of ['one', 'two', 'three']) await say(world, visitor, text);
      const state = async () => {
        const listed = await hooks.queries.list([site.id], owner.agentId);
        return listed.find(({ id }) => id === webhook.id);
      };
      await work();
      // As long as it was asked for.
      const [first] = await log(webhook.id);
      expect((first?.next_at ?? 0) * 1_000 - world.clock.now_ms()).toBeGreaterThan(1.9 * HOUR_MS);
      for (let round = 0; (await state())?.off === null; round += 1) {
        expect(round).toBeLessThan(40);
        world.clock.advance(6 * HOUR_MS);
        await work();
      }
      expect(await state()).toMatchObject({ off: 'failing' });
      const audit = world.database.sql.db.selectFrom('audit').selectAll();
      const [deed] = await world.database.query(
        audit.where('site_id', '=', site.id).where('action', '=', 'webhook.disabled').compile(),
      );
      expect(deed).toMatchObject({ agent_id: null, target: webhook.url });
      const jobs = world.database.sql.db.selectFrom('jobs').selectAll();
      const mails = jobs.where('queue_key', 'like', `webhook:off:${webhook.id}:%`);
      expect(await world.database.query(mails.compile())).toHaveLength(1);
      // All the others come to their end, and nothing new is written down.
      await say(world, visitor, 'nobody hears it');
      world.clock.advance(24 * HOUR_MS);
      await work();
      expect((await log(webhook.id)).map((delivery) => delivery.state)).toEqual(
        Array(3).fill('failed'),
      );

      receiver.answer = (_request, response) => response.writeHead(200).end();
      receiver.received.length = 0;
      await hooks.commands.change(owner, webhook.id, { on: true }, by());
      expect(await hooks.commands.replay(owner, webhook.id, null, by())).toBe(3);
      await work();
      expect(typesOf(receiver.received)).toHaveLength(3);
      expect(receiver.received.map(({ body }) => /one|two|three/.exec(body)?.[0])).toEqual([
        'one',
        'two',
        'three',
      ]);
      expect(await state()).toMatchObject({ off: null, failing_since: null });
    });

    it('410 is the end; a test is sent once, and to one that is off as well', async () => {
      const { webhook } = await hook(['message.created']);
      receiver.answer = (_request, response) => response.writeHead(410).end();
      await say(world, await newVisitor(world, site), 'Hello');
      await work();
      const [listed] = await hooks.queries.list([site.id], owner.agentId);
      expect(listed).toMatchObject({ id: webhook.id, off: 'gone' });
      receiver.answer = (_request, response) => response.writeHead(500).end();
      await hooks.commands.test(owner, webhook.id, by());
      await work();
      expect(typesOf(receiver.received)).toEqual(['message.created', 'webhook.test']);
      expect((await log(webhook.id))[0]).toMatchObject({ state: 'failed', attempts: 1 });
    });

    it('after a renewal both secrets sign for a day', async () => {
      const { webhook, secret } = await hook(['message.created']);
      const renewed = await hooks.commands.renewSecret(owner, webhook.id, by());
      expect(renewed.secret).not.toBe(secret);
      const visitor = await newVisitor(world, site);
      await say(world, visitor, 'Hello');
      await work();
      world.clock.advance(24 * HOUR_MS);
      await say(world, visitor, 'Hello again');
      await work();
      const signs = (request: ReceivedRequest | undefined, of: string): boolean => {
        const { headers = {}, body = '' } = request ?? {};
        const time = new Date(Number(headers['webhook-timestamp']) * 1_000);
        const expected = new Verifier(of).sign(String(headers['webhook-id']), time, body);
        return String(headers['webhook-signature']).split(' ').includes(expected);
      };
      const [first, second] = receiver.received;
      expect([signs(first, secret), signs(first, renewed.secret)]).toEqual([true, true]);
      expect([signs(second, secret), signs(second, renewed.secret)]).toEqual([false, true]);
    });

    it('[SEC-1] one for all sites hears of those that its maker manages, while that is so', async () => {
      const other = await newSite(world);
      const third = await newSite(world);
      const maker = await newAgent(world, [
        { site, role: 'admin' },
        { site: other, role: 'agent' },
      ]);
      const { webhook } = await hooks.commands.create(
        maker,
        { url: receiver.url, events: ['conversation.created'] },
        by(),
      );
      const heard = async (): Promise<unknown[]> => {
        receiver.received.length = 0;
        for (const of of [site, other, third]) await say(world, await newVisitor(world, of), 'Hi');
        await work();
        return receiver.received.map(
          ({ body }) => (JSON.parse(body) as { data: { site_id: number } }).data.site_id,
        );
      };
      expect(await heard()).toEqual([site.id]);
      await world.agents.addMembership({
        siteId: third.id,
        agentId: maker.agentId,
        role: 'owner',
      });
      expect(await heard()).toEqual([site.id, third.id]);
      // Nobody else's, not even of who owns the site.
      expect(await codeOf(hooks.queries.deliveries(owner, webhook.id, {}))).toBe('not_found');
      expect(await codeOf(hooks.commands.remove(owner, webhook.id, by()))).toBe('not_found');
      const plain = await newAgent(world, [{ site }]);
      const { webhook: ofSite } = await hook(['message.created']);
      for (const site_id of [null, site.id]) {
        const request = { site_id, url: receiver.url, events: ['message.created' as const] };
        expect(await codeOf(hooks.commands.create(plain, request, by()))).toBe('forbidden');
      }
      expect(await codeOf(hooks.queries.deliveries(plain, ofSite.id, {}))).toBe('forbidden');
      const stranger = await newAgent(world, [{ site: other, role: 'owner' }]);
      expect(await codeOf(hooks.commands.test(stranger, ofSite.id, by()))).toBe('not_found');
    });

    it('is one of ten at most, and keeps the last 200 that came to an end', async () => {
      const { webhook } = await hook(['message.created']);
      for (let n = 1; n < 10; n += 1) await hook(['visitor.erased']);
      expect(await codeOf(hook(['visitor.erased']))).toBe('too_many');
      const { database } = world;
      const before = Array.from({ length: 205 }, (_, n) => ({
        webhook_id: webhook.id,
        site_id: site.id,
        visitor_id: null,
        event: 'message.created',
        payload: `message ${n}`,
        state: 'delivered',
        attempts: 1,
        retries: 1,
        created_at: 1,
      }));
      const insert = database.sql.db.insertInto('webhook_deliveries').values(before);
      await database.write(runOne, plain(insert.compile()));
      await say(world, await newVisitor(world, site), 'the last one');
      await work();
      const kept = database.sql.db
        .selectFrom('webhook_deliveries')
        .select('payload')
        .where('webhook_id', '=', webhook.id)
        .orderBy('id');
      const rows = await database.query(kept.compile());
      expect(rows).toHaveLength(200);
      expect(rows[0]?.payload).toBe('message 6');
    });
  });
}
