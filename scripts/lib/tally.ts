// How many tests passed, from the JSON reports of Vitest and Playwright.
import { readFileSync, rmSync } from 'node:fs';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

export function line({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** An exit code other than 0 without a failed test (a crash, a stray rejection) counts as one. */
export function withExitCode(tally: Tally, code: number): Tally {
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

export function readVitestReport(path: string): Tally {
  const report = readReport(path) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
  };
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export function readPlaywrightReport(path: string): Tally {
  const { stats } = readReport(path) as {
    stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  };
  // A story that passes only when repeated has failed.
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

/** A report is read once: one that is left over must never speak for a later run. */
function readReport(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  return JSON.parse(text);
}
