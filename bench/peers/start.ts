import { join, resolve } from 'node:path';
import { PARLEY_APP } from './app.ts';
import { freePort, launch, type Command, type Launched } from './launch.ts';
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
  { folder, checkouts, inspect }: StartOptions,
  port: number,
): Pick<Command, 'name' | 'args' | 'env'> {
  const node = (args: string[]): Pick<Command, 'name' | 'args' | 'env'> => ({
    name: process.execPath,
    args: [...(inspect ? ['--inspect=127.0.0.1:0'] : []), ...args],
    env: {},
  });
  const parley = (checkout: string): Pick<Command, 'name' | 'args' | 'env'> => ({
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
  switch (peer) {
    case 'ours':
      return parley(checkouts.ours);
    case 'base':
      if (checkouts.base === null) throw new Error('There is no build to compare with');
      return parley(checkouts.base);
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
