import { parseArgs } from 'node:util';
import type { Environment } from './config/environment.ts';

export const REALTIME_USAGE = `Usage: parley realtime [options]

The Pusher-protocol server alone, in place of \`php artisan reverb:start\`. An option goes before the
variable that it stands for; all others are told in the environment or in .env.

  --host HOST   address to listen on          REVERB_SERVER_HOST, default 0.0.0.0
  --port PORT   port to listen on             REVERB_SERVER_PORT, default 8080
  --path PATH   what all paths begin with     REVERB_SERVER_PATH, default none
  --apps FILE   apps, as YAML or JSON         REVERB_APPS_FILE, default REVERB_APP_ID, _KEY, _SECRET
  --debug       log everything                LOG_LEVEL=debug
  --help
`;

/** What the command line says, as the variables that it stands for; or that help is asked for. */
export type RealtimeArguments =
  | { readonly ok: true; readonly help: boolean; readonly variables: Environment }
  | { readonly ok: false; readonly fault: string };

export function parseRealtimeArguments(args: readonly string[]): RealtimeArguments {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, strict: true });
  } catch (error) {
    return { ok: false, fault: (error as Error).message };
  }
  const { host, port, path, apps, debug, help = false } = parsed.values;
  const variables = Object.entries({
    REVERB_SERVER_HOST: host,
    REVERB_SERVER_PORT: port,
    REVERB_SERVER_PATH: path,
    REVERB_APPS_FILE: apps,
    LOG_LEVEL: debug === true ? 'debug' : undefined,
  }).filter(([, value]) => value !== undefined);
  return { ok: true, help, variables: Object.fromEntries(variables) };
}

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  path: { type: 'string' },
  apps: { type: 'string' },
  debug: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
