import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { backend } from '../testing/sdk-clients.ts';
import { connectRaw, type RawClient } from '../testing/raw-client.ts';
import type { ProcessReport } from '../testing/realtime-process.ts';
import { APP } from '../testing/running-server.ts';

const SERVER = fileURLToPath(new URL('../testing/realtime-process.ts', import.meta.url));
const ATTACKER = fileURLToPath(new URL('../testing/attacker.ts', import.meta.url));
/** Exchanges of the bystander during an attack. */
const EXCHANGES = 40;
const WARM_UP_EXCHANGES = 10;
const PAUSE_MS = 10;

/** Bounds that a machine which does much else keeps as well; the printed figures say more. */
const MEMORY_GROWTH_BYTES_MAX = 150 * 1024 * 1024;
const LOOP_DELAY_MS_MAX = 1_000;
const BYSTANDER_P99_MS_MAX = 1_500;

const attacks = JSON.parse(
  execFileSync(process.execPath, [ATTACKER, '0', APP.key], { encoding: 'utf8' }),
) as string[];

async function startServer(): Promise<{ child: ChildProcess; report: ProcessReport }> {
  const options = { apps: [APP], host: '127.0.0.1', port: 0, limits: { closeTimeout_ms: 500 } };
  const child = fork(SERVER, [JSON.stringify(options)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [report] = (await once(child, 'message')) as [ProcessReport];
  return { child, report };
}

async function ask(child: ChildProcess): Promise<ProcessReport> {
  child.send('report');
  const [report] = (await once(child, 'message')) as [ProcessReport];
  return report;
}

/** One event over the HTTP API to the bystander's socket, again and again; milliseconds each. */
async function exchange(
  running: { port: number },
  bystander: RawClient,
  count: number,
): Promise<number[]> {
  const http = backend(running);
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const from = performance.now();
    await http.trigger(['busy', 'quiet'], 'e', 'x'.repeat(2_000));
    await bystander.next('e', 'quiet');
    times.push(performance.now() - from);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return times.sort((a, b) => a - b);
}

test.each(attacks)('[PP-10] bystanders are unharmed by %s', async (attack) => {
  const { child, report } = await startServer();
  const bystander = await connectRaw(report);
  await bystander.join('quiet');
  await exchange(report, bystander, WARM_UP_EXCHANGES);
  const before = await ask(child);

  const attacker = spawn(process.execPath, [ATTACKER, String(report.port), APP.key, attack], {
    stdio: 'inherit',
  });
  const exited = once(attacker, 'exit');
  onTestFinished(() => void attacker.kill('SIGKILL'));
  await expect.poll(async () => (await ask(child)).port).toBe(report.port);
  const times = await exchange(report, bystander, EXCHANGES);
  const during = await ask(child);
  attacker.kill('SIGKILL');
  await exited;

  const p99_ms = times[Math.floor(times.length * 0.99)] ?? 0;
  const growth = during.rssMax_bytes - before.rssMax_bytes;
  process.stdout.write(
    `${attack}: bystander p99 ${p99_ms.toFixed(1)} ms, memory +${(growth / 2 ** 20).toFixed(0)} MB, ` +
      `event loop at most ${during.loopDelayMax_ms.toFixed(0)} ms late\n`,
  );
  expect(p99_ms).toBeLessThan(BYSTANDER_P99_MS_MAX);
  expect(growth).toBeLessThan(MEMORY_GROWTH_BYTES_MAX);
  expect(during.loopDelayMax_ms).toBeLessThan(LOOP_DELAY_MS_MAX);
  await bystander.roundTrip();
  await expect.poll(async () => (await ask(child)).connections, { timeout: 10_000 }).toBe(1);
});
