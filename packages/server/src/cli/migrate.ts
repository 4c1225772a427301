import { databaseState } from '../database/state.ts';
import { CommandError, type Given } from './command.ts';
import { configHere, sqliteFileOf, withDatabase } from './settings.ts';

/** @throws CommandError with `--check`, where something would be done */
export async function migrate(given: Given): Promise<void> {
  const config = configHere();
  const where = { url: config.databaseUrl?.reveal(), file: sqliteFileOf(config) };
  const { pending } = await databaseState(where);
  if (pending.length === 0) {
    process.stdout.write('The database is up to date.\n');
    return;
  }
  const list = pending.map((name) => `  ${name}\n`).join('');
  if (given.isOn('check')) throw new CommandError(`To be done:\n${list}`.trimEnd());
  await withDatabase(config, () => Promise.resolve());
  process.stdout.write(`Done:\n${list}`);
}
