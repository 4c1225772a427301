import { writeFile } from 'node:fs/promises';
import { CommandError, type Given, type Run, UsageError } from '../cli/command.ts';
import { configHere, withDatabase } from '../cli/settings.ts';
import { createSiteCommands } from '../site/site.commands.ts';
import { createSiteQueries } from '../site/site.queries.ts';
import { chatwootSource } from './chatwoot.source.ts';
import { importChats, type ImportOptions } from './import.ts';
import { LARAVEL_CONVERSATIONS, LARAVEL_MESSAGES, laravelSource } from './laravel.source.ts';
import { liveHelperChatSource } from './livehelperchat.source.ts';
import type { Source, SourceOptions } from './old-chat.ts';
import { ImportError } from './old-row.ts';
import type { ImportFile } from './read-file.ts';
import { DIALECTS } from './sql-statements.ts';

export const importLaravel: Run = (given) => run(given, laravelSource);
export const importChatwoot: Run = (given) => run(given, chatwootSource);
export const importLiveHelperChat: Run = (given) => run(given, liveHelperChatSource);

/** Lines that are shown; a report has all. */
const FAULTS_SHOWN = 50;

async function run(given: Given, sourceOf: (options: SourceOptions) => Source): Promise<void> {
  const files = filesOf(given);
  const filesUrl = given.text('files-url') ?? null;
  const source = sourceOf({ filesUrl, inbox: given.text('inbox') ?? null });
  const faults: string[] = [];
  const common = {
    source,
    files,
    onFault: ({ file, line, reason }: { file: string; line: number; reason: string }) =>
      void faults.push(`${file}:${line}: ${reason}`),
  };
  const isDry = given.isOn('dry-run');
  try {
    const sum = isDry
      ? await importChats({ ...common, database: null, siteId: 0, now_ms: Date.now() })
      : await bringOver(given, common);
    await report(faults, given.text('report'));
    for (const remark of source.remarks()) process.stdout.write(`${remark}\n`);
    const { conversations, messages, known, notTaken } = sum;
    process.stdout.write(
      isDry
        ? `Nothing was written. ${conversations} conversations and ${messages} messages can be taken, ${notTaken} rows cannot.\n`
        : `${conversations} conversations and ${messages} messages are new, ${known} messages were here, ${notTaken} rows were not taken.\n`,
    );
  } catch (error) {
    if (error instanceof ImportError) throw new CommandError(error.message);
    throw error;
  }
}

async function bringOver(
  given: Given,
  common: Pick<ImportOptions, 'source' | 'files' | 'onFault'>,
) {
  const config = configHere();
  return withDatabase(config, async (parts) => {
    const token = config.first.siteToken;
    const first = await createSiteCommands(parts).ensureFirstSite({ token, name: 'My site' });
    const named = given.text('site') ?? String(first.site.id);
    const site = /^\d{1,9}$/.test(named)
      ? await createSiteQueries(parts).findSite(Number(named))
      : await createSiteQueries(parts).findSiteByToken(named);
    if (site === null) throw new CommandError(`There is no site "${named}".`);
    const { database } = parts;
    return importChats({ ...common, database, siteId: site.id, now_ms: parts.clock.now_ms() });
  });
}

/** @throws UsageError */
function filesOf(given: Given): ImportFile[] {
  const said = given.text('dialect');
  const dialect = DIALECTS.find((each) => each === said) ?? null;
  if (said !== undefined && dialect === null) {
    throw new UsageError(`parley import: --dialect must be one of ${DIALECTS.join(', ')}.`);
  }
  const messages = given.text('messages');
  const first = { path: given.argument, csvTable: LARAVEL_CONVERSATIONS, dialect };
  if (messages !== undefined) {
    return [first, { path: messages, csvTable: LARAVEL_MESSAGES, dialect }];
  }
  if (/\.csv(\.gz)?$/i.test(given.argument)) {
    throw new UsageError(
      'parley import: of CSV there are two files; name the other by --messages.',
    );
  }
  return [first];
}

async function report(faults: readonly string[], file: string | undefined): Promise<void> {
  for (const fault of faults.slice(0, FAULTS_SHOWN)) process.stderr.write(`${fault}\n`);
  const more = faults.length - FAULTS_SHOWN;
  if (more > 0) process.stderr.write(`and ${more} more; --report FILE lists all\n`);
  if (file === undefined) return;

  await writeFile(file, faults.map((fault) => `${fault}\n`).join(''));
}
