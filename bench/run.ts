// node bench/run.ts [ROW…]: see README.md.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pinned, type Launched } from './peers/launch.ts';
import { waitForTurn } from './turn.ts';
import { findNchanFault } from './peers/nchan.ts';
import { PEERS, type PeerName } from './peers/peer.ts';
import { startPeer, type Checkouts } from './peers/start.ts';
import { openFilesMax } from './process-usage.ts';
import { Results } from './report.ts';
import { takesPart, worksFor } from './rows.ts';
import {
  isOfWhole,
  ROWS,
  type Job,
  type Measured,
  type Restart,
  type Restarted,
  type RowName,
  type Work,
} from './work.ts';

const LOAD_CPU = 1;
const LOAD = join(import.meta.dirname, 'load/main.ts');
const ROOT = resolve(import.meta.dirname, '..');
/** Ten thousand sockets, and what a process needs besides. */
const OPEN_FILES_MIN = 10_500;

const USAGE = `usage: node bench/run.ts [ROW…] [--rounds N] [--only ours,nchan] [--server CHECKOUT] [--base CHECKOUT] [--profile]
rows: ${ROWS.join(' ')}; fan-out stands for its three; all, where none is named`;

interface Options {
  rows: readonly RowName[];
  peers: readonly PeerName[];
  rounds: number;
  checkouts: Checkouts;
  profile: boolean;
}

const options = readOptions();
checkMachine();
build(options.checkouts.ours);
if (options.checkouts.base !== null) build(options.checkouts.base);
const peers = presentOf(options.peers);
await waitForTurn();
const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// The kernel ends what we started; see `pinned`.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

const results = new Results();
for (let round = 1; round <= options.rounds; round += 1) {
  for (const work of worksFor(options.rows)) {
    for (const peer of peers.filter((peer) => takesPart(peer, work))) {
      for (const measured of await measure(peer, work)) {
        results.add(peer, measured);
        console.error(`round ${round}  ${Results.line(peer, measured)}`);
      }
    }
  }
}
console.log(`\n${results.table()}`);
if (options.profile) console.log(`\n${results.profiles()}`);

/** One server, one load generator, both new. */
async function measure(peer: PeerName, work: Work): Promise<Measured[]> {
  const inspect = options.profile && peer === 'ours';
  const whole = isOfWhole(work);
  const { checkouts } = options;
  const running = { server: await startPeer(peer, { folder, checkouts, inspect, whole }) };
  try {
    return await load(peer, running, work);
  } finally {
    await running.server.stop();
  }
}

async function load(
  peer: PeerName,
  running: { server: Launched },
  work: Work,
): Promise<Measured[]> {
  const { server } = running;
  const { port, pids, inspector, dataDir } = server;
  const job: Job = { peer, port, pids, work, inspector, dataDir };
  const [file = '', ...args] = pinned(LOAD_CPU, process.execPath, [LOAD, JSON.stringify(job)]);
  const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const all: Measured[] = [];
  const restart = async (): Promise<void> => {
    await running.server.stop();
    running.server = await running.server.again();
    const { pids, inspector } = running.server;
    child.send({ pids, inspector } satisfies Restarted);
  };
  child.on('message', (message) => {
    if ('ask' in (message as Measured | Restart)) void restart();
    else all.push(message as Measured);
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) {
    throw new Error(`${peer} failed at ${work.type}. It printed: ${server.printed()}`);
  }
  return all;
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: PEERS.join(',') },
      server: { type: 'string', default: ROOT },
      base: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  });
  const rows = positionals.flatMap((name) =>
    name === 'fan-out' ? ROWS.filter((row) => row.startsWith('fan-out-')) : [name],
  );
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) exit(USAGE);
  return {
    rows: rows.length === 0 ? ROWS : rows.map((name) => oneOf(ROWS, name)),
    peers: values.only
      .split(',')
      .map((name) => oneOf(PEERS, name))
      .filter((name) => name !== 'base' || values.base !== undefined),
    rounds,
    checkouts: {
      ours: resolve(values.server),
      base: values.base === undefined ? null : resolve(values.base),
    },
    profile: values.profile,
  };
}

function oneOf<T extends string>(names: readonly T[], name: string): T {
  return names.find((candidate) => candidate === name) ?? exit(`There is no ${name}.\n${USAGE}`);
}

function checkMachine(): void {
  if (process.platform !== 'linux') exit('CPU times are read from /proc: this needs Linux.');
  if (availableParallelism() < 2) exit('The server and the load generator need a core each.');
  if (openFilesMax() < OPEN_FILES_MIN) exit(`The limit of open files must be ${OPEN_FILES_MIN}.`);
}

/** What is measured is what is built, so it is built from what is there. */
function build(checkout: string): void {
  if (!existsSync(join(checkout, 'packages/server/bin/parley.mjs'))) {
    exit(`${checkout} is no checkout of Parley.`);
  }
  const { status } = spawnSync('npm', ['run', 'build'], { cwd: checkout, stdio: 'inherit' });
  if (status !== 0) exit(`${checkout} does not build.`);
}

function presentOf(names: readonly PeerName[]): PeerName[] {
  const fault = findNchanFault();
  if (fault === null || !names.includes('nchan')) return [...names];
  console.error(`\n!!! nchan is left out: ${fault}\n`);
  return names.filter((name) => name !== 'nchan');
}

function exit(message: string): never {
  console.error(message);
  process.exit(2);
}
