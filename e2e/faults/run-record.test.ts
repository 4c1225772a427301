import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FaultRecord, type RecordLine } from './run-record.ts';

const LINE: RecordLine = {
  fault: 'disk full',
  on: 'SQLite',
  seed: 7,
  strikes: 3,
  'requests failed': 9,
  acknowledged: 2_000,
  lost: 0,
  duplicated: 0,
  'out of order': 0,
  other: 0,
  'at rest after': '0.1 s',
};

test('a run over all faults that was interrupted goes on where it stopped, at the same commit only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-record-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'faults.jsonl');
  const first = new FaultRecord(file, { commit: 'abc', seed: 7 });
  first.add(LINE);
  first.add({ ...LINE, fault: 'slow readers', lost: 1 });

  const next = new FaultRecord(file, { commit: 'abc', seed: 99 });
  expect(next.head.seed).toBe(7);
  expect(next.acknowledged).toBe(4_000);
  expect(next.has('disk full', 'SQLite')).toBe(true);
  expect(next.has('disk full', 'PostgreSQL')).toBe(false);
  // What lost something is played again, and stays on record.
  expect(next.has('slow readers', 'SQLite')).toBe(false);
  expect(next.isClean).toBe(false);
  expect(() => new FaultRecord(file, { commit: 'def', seed: 7 })).toThrow(/abc/);
});
