import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { VirusSettings } from '../config/virus.ts';
import { findClamd, startClamd, STREAM_BYTES_MAX } from '../testing/clamd.ts';
import { probeVirus, testVirus } from './probe-virus.ts';

const LARGE_BYTES = 2 * STREAM_BYTES_MAX;

/** A scanner by a script, to which the file's path is given. */
async function scannerOf(script: string): Promise<VirusSettings> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-scanner-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'scan.sh');
  await writeFile(path, script);
  return { kind: 'command', program: 'sh', args: [path] };
}

test('a scanner is tried with the test virus, alone and in a file as large as may be', async () => {
  const finds = 'grep -qa EICAR-STANDARD "$1" && exit 1';
  const works = await scannerOf(`${finds}\nexit 0`);
  expect(await probeVirus(works, LARGE_BYTES)).toBe('ok');
  const skipsLarge = `test "$(wc -c < "$1")" -ge ${LARGE_BYTES} && exit 0\n${finds}\nexit 0`;
  expect(await probeVirus(await scannerOf(skipsLarge), LARGE_BYTES)).toBe('small');
  expect(await probeVirus(await scannerOf(skipsLarge), LARGE_BYTES - 1)).toBe('ok');
  const looksAtBeginning = `head -c 1000000 "$1" | grep -qa EICAR-STANDARD && exit 1\nexit 0`;
  expect(await probeVirus(await scannerOf(looksAtBeginning), LARGE_BYTES)).toBe('small');
  expect(await probeVirus(await scannerOf('exit 0'), LARGE_BYTES)).toBe('blind');
  await expect(probeVirus(await scannerOf('exit 2'), null)).rejects.toThrow('ended with 2');
});

const program = findClamd();
if (program === null) console.warn('clamd is not there: the doctor does not try it');

test.skipIf(program === null)('clamd is tried by its own limits', async () => {
  const { address } = await startClamd(program ?? '', [testVirus().toString()]);
  const settings: VirusSettings = { kind: 'clamd', address: { path: address } };
  expect(await probeVirus(settings, STREAM_BYTES_MAX)).toBe('ok');
  expect(await probeVirus(settings, LARGE_BYTES)).toBe('small');
  const knowsNothing = await startClamd(program ?? '', ['something else']);
  const blind: VirusSettings = { kind: 'clamd', address: { path: knowsNothing.address } };
  expect(await probeVirus(blind, null)).toBe('blind');
});
