import { expect, test } from 'vitest';
import { play } from './run.ts';
import { NO_DEFECTS, type Defects } from './world.ts';

/** Within the seeds that `npm test` plays anyway. */
const SEEDS = 400;

const planted: readonly { name: string; defects: Defects; fault: RegExp }[] = [
  {
    name: 'a server that skips a seq',
    defects: { ...NO_DEFECTS, store: 'skips a seq' },
    fault: /was published after|head \d+, published/,
  },
  {
    name: 'a server that publishes twice',
    defects: { ...NO_DEFECTS, sockets: 'publishes twice' },
    fault: /was published after/,
  },
  {
    name: 'a server that acknowledges before the commit',
    defects: { ...NO_DEFECTS, store: 'acknowledges before the commit' },
    fault: /was acknowledged as/,
  },
  {
    name: 'a client that does not check for gaps',
    defects: { ...NO_DEFECTS, sockets: 'hides gaps' },
    fault: /messages\.|a message twice|order changed|conversation\./,
  },
];

test.each(planted)(
  '$name is found',
  async ({ defects, fault }) => {
    const found = await firstFault(defects, fault);
    expect(found).toMatch(fault);
  },
  120_000,
);

async function firstFault(defects: Defects, fault: RegExp): Promise<string> {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { faults } = await play(seed, { defects });
    const found = faults.find((line) => fault.test(line));
    if (found !== undefined) return `seed ${seed}: ${found}`;
  }
  return `nothing in ${SEEDS} seeds`;
}
