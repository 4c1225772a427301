import { readFileSync } from 'node:fs';
import { helpOf, helpOfAll, parseCommandLine, UsageError } from './cli/command.ts';
import { COMMANDS } from './cli/commands.ts';
import { ErrorForPeople } from './error-for-people.ts';

// Only what is small is loaded here: the command loads the rest, and `start` begins anew before it does.
const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof ErrorForPeople ? error.message : (error.stack ?? error.message);
}

async function main(words: readonly string[]): Promise<void> {
  const asked = parseCommandLine(words, COMMANDS, version);
  switch (asked.kind) {
    case 'version':
      process.stdout.write(`${version}\n`);
      return;
    case 'help':
      process.stdout.write(asked.command === null ? helpOfAll(COMMANDS) : helpOf(asked.command));
      return;
    case 'run': {
      const run = await asked.command.load();
      await run(asked.given);
    }
  }
}

/** Does what the words after `parley` say; what cannot be done says why, and ends the process. */
export async function run(words: readonly string[]): Promise<void> {
  try {
    await main(words);
  } catch (error) {
    const hint = error instanceof UsageError ? '\n"parley --help" lists what there is.' : '';
    process.stderr.write(`${explain(error)}${hint}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  }
}
