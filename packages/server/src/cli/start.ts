import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compose, type FirstAgent, type ParleyServer } from '../compose.ts';
import type { Config } from '../config/config.ts';
import { giveBackMemory } from '../give-back-memory.ts';
import { createProcessLogger, isForPeople, tell } from '../process-logger.ts';
import { stopOnSignals } from '../stop-on-signals.ts';
import type { Given } from './command.ts';
import { configHere } from './settings.ts';
import { found } from '../system/finding.ts';

const GRACE_MS = 8_000;

/** The whole server, until a signal ends it. */
export async function start(given: Given): Promise<void> {
  const { version } = given;
  const config = configHere({ HOST: given.text('host'), PORT: given.text('port') });
  const logger = createProcessLogger(config.logLevel);
  for (const remark of config.remarks) logger.warn(found(remark, {}).said);
  let signIn: string | null = null;
  const server = await compose({
    config,
    logger,
    version,
    onReady: giveBackMemory,
    onFirstAgent: async (agent) => {
      signIn = await signInOf(agent, config);
    },
  });
  stopOnSignals(() => server.stop(GRACE_MS), logger, drainTime(config));
  tellWhere(server, config, signIn ?? `as ${server.firstEmail}, or another agent`);
}

function drainTime({ reverb }: Config): number {
  return reverb.mode === 'embedded' ? reverb.server.drain_ms : 0;
}

/** A password that was made is shown to a person once, or else left where only the owner can read. */
async function signInOf({ email, password }: FirstAgent, { dataDir }: Config): Promise<string> {
  if (password === null) return `as ${email}, with the password of PARLEY_ADMIN_PASSWORD`;
  if (isForPeople()) return `as ${email}, with the password ${password} (shown only now)`;
  const file = join(dataDir, 'first-sign-in.txt');
  await writeFile(file, `${email}\n${password}\n`, { mode: 0o600 });
  return `as ${email}, with the password in ${file}`;
}

function tellWhere(server: ParleyServer, config: Config, signIn: string): void {
  const base = baseUrl(config, server.port);
  tell('Parley is running.', [
    ['Test page', `${base}/chatbot-test.html`],
    ['Dashboard', `${base}/admin`],
    ['Sign in', signIn],
    ...(server.metricsPort === null
      ? []
      : [['Metrics', `http://${config.metrics?.host}:${server.metricsPort}/metrics`] as const]),
  ]);
}

/** `APP_URL`, unless it means this machine by another port, as the file of a Laravel installation does. */
function baseUrl({ appUrl, host }: Config, port: number): string {
  const any = host === undefined || host === '0.0.0.0' || host === '::';
  const own = `http://${any ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
  if (appUrl === undefined) return own;
  const { hostname, port: named } = new URL(appUrl);
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1';
  return isLocal && named !== String(port) ? own : appUrl;
}
