// How many tests passed, from the JSON reports of Vitest and Playwright.
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from './paths.ts';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One for each that failed: where it is, its name, and the first line of why. */
  readonly failures: readonly string[];
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] };

export function add(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
  };
}

export function line({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** An exit code other than 0 without a failed test (a crash, a stray rejection) counts as one. */
export function withExitCode(tally: Tally, code: number): Tally {
  if (code === 0 || tally.failed > 0) return tally;
  return { ...tally, failed: 1, failures: [`no test, but the run ended with exit code ${code}`] };
}

export function readVitestReport(path: string): Tally {
  const report = readReport(path) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    testResults: {
      name: string;
      status: string;
      message: string;
      assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
    }[];
  };
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((one) => one.status === 'failed');
    // A file that fails without a test of it: in its set-up, or before its first test.
    if (status === 'failed' && tests.length === 0) return [failure(name, '', message)];
    return tests.map((one) => failure(name, one.fullName, one.failureMessages.join('\n')));
  });
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
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
    stats: { expected: number; unexpected: number; flaky: number; skipped: number };
    suites: readonly PlaywrightSuite[];
  };
  return {
    passed: stats.expected,
    // A story that passes only when repeated has failed.
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
    failures: suites.flatMap((suite) => failedStories(config.rootDir, suite)),
  };
}

function failedStories(folder: string, { suites = [], specs = [] }: PlaywrightSuite): string[] {
  const own = specs.filter(({ tests }) =>
    tests.some(({ status }) => status === 'unexpected' || status === 'flaky'),
  );
  return [
    ...own.map(({ file, title, tests }) => {
      const results = tests.flatMap((one) => one.results);
      return failure(
        join(folder, file),
        title,
        results.map(({ error }) => error?.message ?? '').join('\n'),
      );
    }),
    ...suites.flatMap((suite) => failedStories(folder, suite)),
  ];
}

function failure(path: string, title: string, message: string): string {
  const where = relative(root, path);
  const why = stripVTControlCharacters(message).trim().split('\n', 1)[0] ?? '';
  return `${where} › ${title}: ${why.slice(0, 300)}`;
}

/** A report is read once: one that is left over must never speak for a later run. */
function readReport(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  return JSON.parse(text);
}
