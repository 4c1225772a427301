import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { failure, named, nothing, type Tally } from '../lib/tally.ts';

/** Leaves what became of the tests at `TALLY`, a path, for `npm test` to sum up; without it nothing. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], strays: readonly SerializedError[]): void {
    const path = process.env['TALLY'];
    if (path !== undefined) writeFileSync(path, JSON.stringify(tallyOf(modules, strays)));
  }
}

/** `strays` belong to no test: a worker that died, a rejection that nobody awaited. */
function tallyOf(modules: readonly TestModule[], strays: readonly SerializedError[]): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const ended = (state: string) => tests.filter((test) => test.result().state === state);
  const failed = ended('failed').map((test) =>
    failure(test.module.moduleId, test.fullName, said(test.result().errors ?? [])),
  );
  const failures = [...failed, ...modules.flatMap(beside), ...strays.map(stray)];
  return {
    ...nothing,
    passed: ended('passed').length,
    failed: failures.length,
    skipped: ended('skipped').map((test) => named(test.module.moduleId, test.fullName)),
    failures,
  };
}

/** What fails of a file beside its tests: set-ups, and tests that a worker took along as it died. */
function beside(module: TestModule): string[] {
  const suites = [module, ...module.children.allSuites()];
  const setUps = suites.flatMap((suite) => {
    const name = suite.type === 'module' ? '' : suite.fullName;
    const errors = suite.errors();
    return errors.length === 0 ? [] : [failure(module.moduleId, name, said(errors))];
  });
  const [first, ...others] = module.children.allTests('pending');
  if (first === undefined) return setUps;
  const unended = `never ended, nor did ${others.length} more`;
  return [...setUps, failure(module.moduleId, first.fullName, unended)];
}

/** The cause says which file was being run, and by which signal its worker died. */
function stray({ message, cause }: SerializedError): string {
  const why = cause === undefined ? '' : ` ${cause.message}`;
  return `no test: ${message}${why}`.slice(0, 500);
}

function said(errors: readonly SerializedError[]): string {
  return errors.map(({ message }) => message).join('\n');
}
