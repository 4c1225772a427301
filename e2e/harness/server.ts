// A real server process, as `npm start` runs it, with its own data folder and port.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheDir, serverEntry, serverSource } from '../../scripts/lib/paths.ts';
import { freePort } from '../../scripts/testing/free-port.ts';

export const agentEmail = 'agent@parley.example';
export const agentPassword = 'correct horse battery staple';
export const siteToken = 'site-token-of-the-stories-0001';

/** Where Node keeps the code that it compiled. */
export const compiledDir = join(cacheDir, 'compiled');

const upWithin_ms = 90_000;
const stopWithin_ms = 15_000;

export interface ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Kept when the server is stopped; without it the server has a temporary one. */
  readonly dataDir?: string;
  /** Without it SQLite, in the data folder. */
  readonly databaseUrl?: string;
  /** `build`: as `npm start` does; `source`: without a build, which could be an old one. */
  readonly from?: 'build' | 'source';
}

export interface LiveServer {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** Null: SQLite, in the data folder. */
  readonly databaseUrl: string | null;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** Everything it has printed, over all its lives. */
  output(): string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** On the same port, with the same data. */
  startAgain(): Promise<void>;
  /** Stops it and deletes what is temporary. */
  dispose(): Promise<void>;
}

export async function startServer(options: ServerOptions = {}): Promise<LiveServer> {
  const port = await freePort();
  const temporary = options.dataDir === undefined ? await mkdtemp(prefix()) : undefined;
  const dataDir = options.dataDir ?? temporary ?? '';
  return startProcess({
    port,
    dataDir,
    temporary,
    argv: entryOf(options.from ?? 'build'),
    databaseUrl: options.databaseUrl ?? null,
    answersAt: '/up',
    env: {
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
      PARLEY_ADMIN_EMAIL: agentEmail,
      PARLEY_ADMIN_PASSWORD: agentPassword,
      PARLEY_SITE_TOKEN: siteToken,
      RATE_LIMITS: 'off',
      ...options.env,
    },
  });
}

/** The Pusher-protocol server alone: `parley realtime`. */
export async function startRealtime(env: Readonly<Record<string, string>>): Promise<LiveServer> {
  const port = await freePort();
  const dataDir = await mkdtemp(prefix());
  return startProcess({
    port,
    dataDir,
    temporary: dataDir,
    databaseUrl: null,
    argv: [...entryOf('build'), 'realtime'],
    answersAt: '/up',
    env: { REVERB_SERVER_HOST: '127.0.0.1', REVERB_SERVER_PORT: String(port), ...env },
  });
}

const entryOf = (from: 'build' | 'source'): readonly string[] =>
  from === 'build' ? [serverEntry] : ['--conditions=source', serverSource];

const prefix = (): string => join(tmpdir(), 'parley-story-');

interface ProcessPlan {
  readonly port: number;
  readonly dataDir: string;
  readonly temporary: string | undefined;
  readonly databaseUrl: string | null;
  readonly argv: readonly string[];
  readonly answersAt: string;
  readonly env: Readonly<Record<string, string>>;
}

/** None outlives this process, also where it is interrupted. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

async function startProcess(plan: ProcessPlan): Promise<LiveServer> {
  const url = `http://127.0.0.1:${plan.port}`;
  const printed: string[] = [];
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const started = spawn(process.execPath, plan.argv, {
      // Not in the checkout and without this terminal's settings: a developer's own .env or
      // REVERB_* variables must not decide what a story shows.
      cwd: plan.dataDir,
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        NODE_COMPILE_CACHE: compiledDir,
        ...plan.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => printed.push(chunk));
    }
    child = started;
    running.add(started);
    started.once('exit', () => running.delete(started));
    const deadline = Date.now() + upWithin_ms;
    while (!(await answers(url + plan.answersAt))) {
      if (started.exitCode !== null || started.signalCode !== null) {
        throw new Error(`The server ended before it was up:\n${printed.join('')}`);
      }
      if (Date.now() > deadline) {
        started.kill('SIGKILL');
        throw new Error(`The server is not up after ${upWithin_ms} ms:\n${printed.join('')}`);
      }
      await delay(25);
    }
  }

  async function kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child?.once('close', () => resolve()));
    child.kill(signal);
    const patience = new AbortController();
    const late = delay(stopWithin_ms, 'late', { signal: patience.signal }).catch(() => 'cancelled');
    if ((await Promise.race([ended, late])) === 'late') {
      child.kill('SIGKILL');
      await ended;
      throw new Error(`The server ignored ${signal} for ${stopWithin_ms} ms:\n${printed.join('')}`);
    }
    patience.abort();
  }

  await start();
  return {
    url,
    port: plan.port,
    dataDir: plan.dataDir,
    databaseUrl: plan.databaseUrl,
    get pid() {
      return child?.pid ?? 0;
    },
    output: () => printed.join(''),
    kill,
    startAgain: start,
    async dispose() {
      await kill('SIGKILL');
      if (plan.temporary !== undefined) await rm(plan.temporary, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch (error) {
    // Not listening yet, or too slow: asked again until the deadline.
    if (error instanceof TypeError || (error as Error).name === 'TimeoutError') return false;
    throw error;
  }
}
