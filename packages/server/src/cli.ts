import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from './config/variables.ts';
import { ListenError } from './http/listener.ts';
import { parseRealtimeArguments, REALTIME_USAGE } from './realtime-arguments.ts';
import { runRealtime } from './run-realtime.ts';
import { runSeed, SeedError } from './run-seed.ts';
import { runServer } from './run-server.ts';

const USAGE = `Usage: parley [command]

  parley             the whole server: API, widget, dashboard and live events
  parley realtime    the Pusher-protocol server alone; --help tells more
  parley seed        conversations to try and to measure with; --help tells more
  parley --version

Settings come from the environment and from .env in the current folder.
`;

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

/** Says in one line what went wrong at the start where that is for the person to mend. */
function explain(error: unknown): string {
  const isForPeople = [ConfigError, ListenError, SeedError].some((kind) => error instanceof kind);
  if (error instanceof Error && isForPeople) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function main(command: string | undefined, args: readonly string[]): Promise<void> {
  switch (command) {
    case undefined:
    case 'serve':
      await runServer(version);
      return;
    case 'realtime':
      await realtime(args);
      return;
    case 'seed':
      await runSeed(args);
      return;
    case '--version':
    case '-v':
      process.stdout.write(`${version}\n`);
      return;
    case '--help':
    case '-h':
      process.stdout.write(USAGE);
      return;
    default:
      process.stderr.write(`There is no command "${command}".\n\n${USAGE}`);
      process.exitCode = 2;
  }
}

async function realtime(args: readonly string[]): Promise<void> {
  const parsed = parseRealtimeArguments(args);
  if (!parsed.ok) {
    process.stderr.write(`${parsed.fault}\n\n${REALTIME_USAGE}`);
    process.exitCode = 2;
  } else if (parsed.help) process.stdout.write(REALTIME_USAGE);
  else await runRealtime(parsed.variables);
}

/** Runs a command; what cannot start says why, and ends the process. */
export async function run([command, ...args]: readonly string[]): Promise<void> {
  try {
    await main(command, args);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}
