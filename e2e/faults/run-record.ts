// What `npm run faults --record FILE` writes as it goes, one JSON text a line: first of what it tells,
// then each run. A run that was interrupted goes on where it stopped.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const Head = z.object({
  /** Of the repository; with `+` where files were changed since. */
  commit: z.string(),
  seed: z.int(),
});
export type RecordHead = z.infer<typeof Head>;

const Line = z.object({
  fault: z.string(),
  on: z.string(),
  seed: z.int(),
  strikes: z.int(),
  'requests failed': z.int(),
  acknowledged: z.int(),
  lost: z.int(),
  duplicated: z.int(),
  'out of order': z.int(),
  other: z.int(),
  'at rest after': z.string(),
});
/** One run, as the table shows it. */
export type RecordLine = z.infer<typeof Line>;

/** The record of one run over all faults, at one commit. */
export class FaultRecord {
  /** What the first run began with. */
  readonly head: RecordHead;
  readonly #file: string | null;
  readonly #lines: RecordLine[];

  /**
   * @param file null: nothing is kept
   * @throws Error where the file tells of another commit, or is none of ours
   */
  constructor(file: string | null, head: RecordHead) {
    this.#file = file;
    const [first, ...rest] = file !== null && existsSync(file) ? parsed(file) : [];
    this.head = first === undefined ? head : Head.parse(first);
    this.#lines = rest.map((line) => Line.parse(line));
    if (this.head.commit !== head.commit) {
      throw new Error(`${file} is of ${this.head.commit}, and this is ${head.commit}`);
    }
    if (first === undefined) this.#append(head);
  }

  get lines(): readonly RecordLine[] {
    return this.#lines;
  }

  /** What was played there already; one that found something is played again. */
  has(fault: string, ground: string): boolean {
    return this.#lines.some((line) => line.fault === fault && line.on === ground && isClean(line));
  }

  /** Whether every run found all where it belongs. */
  get isClean(): boolean {
    return this.#lines.every(isClean);
  }

  get acknowledged(): number {
    return this.#lines.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  add(line: RecordLine): void {
    this.#lines.push(line);
    this.#append(line);
  }

  #append(value: RecordHead | RecordLine): void {
    if (this.#file !== null) appendFileSync(this.#file, `${JSON.stringify(value)}\n`);
  }
}

function isClean(line: RecordLine): boolean {
  const found = line.lost + line.duplicated + line['out of order'] + line.other;
  return found === 0 && line['at rest after'] !== 'never';
}

function parsed(file: string): readonly unknown[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}
