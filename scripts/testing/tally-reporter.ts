import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { add, failed, failure, named, nothing, type Tally, type TestRun } from '../lib/tally.ts';

/** Leaves what became of the tests at `TALLY`, a path, for `npm test` to sum up; without it nothing. */
export class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const path = process.env['TALLY'];
    if (path !== undefined) writeFileSync(path, JSON.stringify(runOf(modules, errors)));
  }
}

/** What is of no test stands with the file that it names: a worker that died says which it ran. */
function runOf(modules: readonly TestModule[], errors: readonly SerializedError[]): TestRun {
  const strays = new Set(errors.map(stray));
  const files = modules.map((module) => {
    const own = [...strays].filter((text) => text.includes(module.moduleId));
    for (const text of own) strays.delete(text);
    return [module.moduleId, add(tallyOf(module), failed(own))] as const;
  });
  return { files: Object.fromEntries(files), strays: [...strays] };
}

function tallyOf(module: TestModule): Tally {
  const tests = [...module.children.allTests()];
  const ended = (state: string) => tests.filter((test) => test.result().state === state);
  const failures = ended('failed').map((test) =>
    failure(module.moduleId, test.fullName, said(test.result().errors ?? [])),
  );
  return add(failed([...failures, ...beside(module)]), {
    ...nothing,
    passed: ended('passed').length,
    skipped: ended('skipped').map((test) => named(module.moduleId, test.fullName)),
  });
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

/** The cause says which file was run, and by which signal its worker died. */
function stray({ message, cause }: SerializedError): string {
  const why = cause === undefined ? '' : ` ${cause.message}`;
  return `no test: ${message}${why}`.slice(0, 500);
}

function said(errors: readonly SerializedError[]): string {
  return errors.map(({ message }) => message).join('\n');
}
