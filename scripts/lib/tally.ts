// How many tests passed, from a reporter of our own in Vitest and the JSON report of Playwright.
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from './paths.ts';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Of what is not here, as a warning of the run says; where each is, and its name. */
  readonly skipped: readonly string[];
  /** One for each that failed: where it is, its name, and the first line of why. */
  readonly failures: readonly string[];
  /** Those among the passed that failed at first, as `failures`: each is a race to be found. */
  readonly unsteady: readonly string[];
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: [], failures: [], unsteady: [] };

export function add(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: [...a.skipped, ...b.skipped],
    failures: [...a.failures, ...b.failures],
    unsteady: [...a.unsteady, ...b.unsteady],
  };
}

export function failed(failures: readonly string[]): Tally {
  return { ...nothing, failed: failures.length, failures };
}

/** Machines read it: all else stands before it. */
export function line({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`;
}

/**
 * An exit code other than 0 without a failed test (a set-up, a crash, a stray rejection) counts as one,
 * and is said beside what the report says of it.
 */
export function withExitCode(tally: Tally, code: number): Tally {
  if (code === 0 || tally.failed > 0) return tally;
  const why = `no test, but the run ended with exit code ${code}`;
  return { ...tally, failed: 1, failures: [...tally.failures, why] };
}

/** What became of the tests beside the code: `scripts/testing/tally-reporter.ts` leaves it. */
export interface TestRun {
  readonly files: Readonly<Record<string, Tally>>;
  /** Failures that belong to no file. */
  readonly strays: readonly string[];
}

export function readTestRun(path: string): TestRun {
  return readReport(path) as TestRun;
}

export function filesThatFailed({ files }: TestRun): string[] {
  return Object.keys(files).filter((file) => (files[file]?.failed ?? 0) > 0);
}

/** A file that was run again counts as it ended then; what had failed before is named all the same. */
export function sumOf(
  { files, strays }: TestRun,
  again: TestRun = { files: {}, strays: [] },
): Tally {
  const ended = Object.entries(files).map(([file, tally]): Tally => {
    const second = again.files[file];
    if (second === undefined) return tally;
    const unsteady = second.failed === 0 ? tally.failures : [];
    return add(second, { ...nothing, unsteady });
  });
  return [...ended, failed([...strays, ...again.strays])].reduce(add, nothing);
}

interface PlaywrightSuite {
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly {
      readonly status: 'skipped' | 'expected' | 'unexpected' | 'flaky';
      readonly results: readonly { readonly error?: { readonly message?: string } }[];
    }[];
  }[];
}

export function readPlaywrightReport(path: string): Tally {
  const { config, stats, suites } = readReport(path) as {
    config: { rootDir: string };
    stats: { expected: number; unexpected: number; flaky: number };
    suites: readonly PlaywrightSuite[];
  };
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: suites.flatMap((suite) => storiesThat('skipped', config.rootDir, suite)),
    failures: suites.flatMap((suite) => storiesThat('unexpected', config.rootDir, suite)),
    unsteady: suites.flatMap((suite) => storiesThat('flaky', config.rootDir, suite)),
  };
}

/** `flaky` are those that passed when repeated. */
function storiesThat(
  ended: 'skipped' | 'unexpected' | 'flaky',
  folder: string,
  { suites = [], specs = [] }: PlaywrightSuite,
): string[] {
  const own = specs.filter(({ tests }) => tests.some(({ status }) => status === ended));
  return [
    ...own.map(({ file, title, tests }) => {
      const results = tests.flatMap((one) => one.results);
      const why = results.map(({ error }) => error?.message ?? '').join('\n');
      const path = join(folder, file);
      return ended === 'skipped' ? named(path, title) : failure(path, title, why);
    }),
    ...suites.flatMap((suite) => storiesThat(ended, folder, suite)),
  ];
}

export function named(path: string, title: string): string {
  return `${relative(root, path)} › ${title}`;
}

/** With the first line of why. */
export function failure(path: string, title: string, message: string): string {
  const why = stripVTControlCharacters(message).trim().split('\n', 1)[0] ?? '';
  return `${named(path, title)}: ${why.slice(0, 300)}`;
}

/** A report is read once: one that is left over must never speak for a later run. */
function readReport(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  return JSON.parse(text);
}
