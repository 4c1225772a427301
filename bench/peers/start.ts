import { mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PARLEY_APP, PARLEY_OWNER, PARLEY_SITE } from './app.ts';
import { freePort } from '../../scripts/testing/free-port.ts';
import { launch, type Command, type Launched } from './launch.ts';
import { configureNchan } from './nchan.ts';
import type { PeerName } from './peer.ts';

const BENCH = resolve(import.meta.dirname, '..');
const SERVER_CPU = 0;

/** Folders of this project, whose server is ours, and what it is compared with. */
export interface Checkouts {
  ours: string;
  base: string | null;
}

export interface StartOptions {
  /** Nothing of another run is in it. */
  folder: string;
  checkouts: Checkouts;
  /** With a debugger, so that it can be profiled. Not for nchan. */
  inspect: boolean;
  /** The application with its API and its store, and not the realtime server alone. */
  whole: boolean;
}

/** A fresh process of the server, alone on its core. */
export async function startPeer(peer: PeerName, options: StartOptions): Promise<Launched> {
  const port = await freePort();
  const environment = { PATH: process.env['PATH'], NODE_ENV: 'production' };
  const command = commandOf(peer, options, port);
  return launch(SERVER_CPU, {
    ...command,
    cwd: options.folder,
    env: { ...environment, ...command.env },
    port,
    // nginx has a master and a worker, which it starts after it listens.
    processes: peer === 'nchan' ? 2 : 1,
  });
}

function commandOf(
  peer: PeerName,
  { folder, checkouts, inspect, whole }: StartOptions,
  port: number,
): Pick<Command, 'name' | 'args' | 'env'> {
  const node = (args: string[]): Pick<Command, 'name' | 'args' | 'env'> => ({
    name: process.execPath,
    args: [...(inspect ? ['--inspect=127.0.0.1:0'] : []), ...args],
    env: {},
  });
  const application = (args: string[]): Pick<Command, 'name' | 'args' | 'env'> => ({
    ...node(args),
    env: wholeEnvironment(folder, port),
  });
  const realtime = (checkout: string): Pick<Command, 'name' | 'args' | 'env'> => ({
    ...node([join(checkout, 'packages/server/bin/parley.mjs'), 'realtime']),
    env: {
      REVERB_APP_ID: PARLEY_APP.id,
      REVERB_APP_KEY: PARLEY_APP.key,
      REVERB_APP_SECRET: PARLEY_APP.secret,
      REVERB_SERVER_HOST: '127.0.0.1',
      REVERB_SERVER_PORT: String(port),
      LOG_LEVEL: 'warn',
    },
  });
  const parley = (checkout: string): Pick<Command, 'name' | 'args' | 'env'> =>
    whole ? application([join(checkout, 'packages/server/bin/parley.mjs')]) : realtime(checkout);
  switch (peer) {
    case 'ours':
      return parley(checkouts.ours);
    case 'base':
      if (checkouts.base === null) throw new Error('There is no build to compare with');
      return parley(checkouts.base);
    case 'one-each':
      return application(['--conditions=source', join(BENCH, 'servers/one-each.ts')]);
    case 'ws':
      return node([join(BENCH, 'servers/ws.ts'), String(port)]);
    case 'socket.io':
      return node([join(BENCH, 'servers/socket-io.ts'), String(port)]);
    case 'nchan':
      return { ...configureNchan(folder, port), env: {} };
    default:
      throw new Error(`No such server: ${String(peer satisfies never)}`);
  }
}

/**
 * SQLite in a folder of its own. Limits of messages are as ever; the one of new visitors from one
 * address is raised, for all of them are made from one.
 */
function wholeEnvironment(folder: string, port: number): NodeJS.ProcessEnv {
  return {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: mkdtempSync(join(folder, 'data-')),
    REVERB_APP_ID: PARLEY_APP.id,
    REVERB_APP_KEY: PARLEY_APP.key,
    REVERB_APP_SECRET: PARLEY_APP.secret,
    PARLEY_SITE_TOKEN: PARLEY_SITE.token,
    PARLEY_ADMIN_EMAIL: PARLEY_OWNER.email,
    PARLEY_ADMIN_PASSWORD: PARLEY_OWNER.password,
    LIMIT_INITS_PER_MINUTE: '1000000',
    LIMIT_CONVERSATIONS_PER_MINUTE: '1000000',
    LOG_LEVEL: 'warn',
  };
}
