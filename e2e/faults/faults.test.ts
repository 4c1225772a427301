// The short form of `npm run faults`: once each, with few people, on both databases and two nodes.
import { describe, expect, inject, test } from 'vitest';
import { findings } from './checker.ts';
import type { Fault } from './fault.ts';
import { backendsTerminated } from './postgres-faults.ts';
import { redisRestarts } from './redis-faults.ts';
import { repeated } from './repeat-faults.ts';
import { runFault } from './run-fault.ts';
import { killed } from './server-faults.ts';
import type { Ground, Means } from './stage.ts';

const postgresUrl = inject('postgresUrl');
const redisServer = inject('redisServer');
const means: Means = {
  postgres: postgresUrl === null ? null : { url: postgresUrl },
  redisServer,
  from: 'source',
};

const isThere = (ground: Ground): boolean =>
  ground === 'SQLite' ||
  (postgresUrl !== null && (ground === 'PostgreSQL' || redisServer !== null));

const runs: readonly { readonly fault: Fault; readonly ground: Ground }[] = [
  { fault: killed, ground: 'SQLite' },
  { fault: killed, ground: 'PostgreSQL' },
  { fault: repeated, ground: 'SQLite' },
  { fault: backendsTerminated, ground: 'PostgreSQL' },
  { fault: redisRestarts, ground: 'two nodes' },
];

describe('[SYNC-1][SYNC-2][SYNC-3][SYNC-5] what was acknowledged is everywhere, once and in order', () => {
  for (const { fault, ground } of runs) {
    test.skipIf(!isThere(ground))(`${fault.name}, ${ground}`, { timeout: 150_000 }, async () => {
      const seed = Math.floor(Math.random() * 1e9);
      const { verdict, convergence_ms } = await runFault(fault, {
        ground,
        means,
        seed,
        messages: 100,
        striking_ms: 30_000,
        visitors: 4,
        strikes: 1,
      });
      console.log(
        `      seed ${seed}: ${verdict.acknowledged} acknowledged, at rest after ${convergence_ms} ms`,
      );
      expect(Object.fromEntries(findings.map((finding) => [finding, verdict[finding]]))).toEqual(
        Object.fromEntries(findings.map((finding) => [finding, []])),
      );
      expect(verdict.acknowledged).toBeGreaterThan(20);
    });
  }
});
