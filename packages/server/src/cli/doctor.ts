import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/variables.ts';
import { checksOf } from '../system/checks.ts';
import { type Finding, found } from '../system/finding.ts';
import { configHere, sqliteFileOf } from './settings.ts';

const SIGNS = { ok: 'ok     ', warning: 'warning', wrong: 'WRONG  ' } as const;

/** Prints each finding as it is made; something wrong sets the exit code. */
export async function doctor(): Promise<void> {
  const counts = { ok: 0, warning: 0, wrong: 0 };
  for await (const finding of findings()) {
    counts[finding.state] += 1;
    process.stdout.write(`${SIGNS[finding.state]}  ${finding.what}: ${finding.said}\n`);
    if (finding.advice !== undefined) process.stdout.write(`         → ${finding.advice}\n`);
  }
  const { wrong: bad, warning: doubtful } = counts;
  process.stdout.write(
    bad + doubtful === 0 ? '\nAll is well.\n' : `\n${bad} wrong, ${doubtful} to look at.\n`,
  );
  if (bad > 0) process.exitCode = 1;
}

async function* findings(): AsyncGenerator<Finding> {
  yield found('node.ok', { version: process.versions.node });
  const config = readConfig();
  if ('faults' in config) {
    for (const fault of config.faults) yield found('configuration.fault', { fault });
    return;
  }
  const checks = checksOf({ config, sqliteFile: sqliteFileOf(config), thorough: true });
  for (const thing of checks.things) yield* thing();
  yield await checks.clock();
}

function readConfig(): Config | { readonly faults: readonly string[] } {
  try {
    return configHere();
  } catch (error) {
    if (error instanceof ConfigError) return { faults: error.faults };
    throw error;
  }
}
