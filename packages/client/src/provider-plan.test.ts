import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planProviders, type SlotState } from './provider-plan.ts';

const state = fc.constantFrom<SlotState[]>('idle', 'trying', 'passed-over', 'catching-up', 'live');
const slots = fc.array(state, { maxLength: 3 });

test.each<[string, SlotState[], boolean[], number | null]>([
  ['at first only the best is tried', ['idle', 'idle'], [true, false], null],
  ['nothing is started beside one that may still come', ['trying', 'idle'], [true, false], null],
  [
    'one that is passed over goes on, and the next begins',
    ['passed-over', 'idle'],
    [true, true],
    null,
  ],
  ['the next is live: the better one is tried on', ['passed-over', 'live'], [true, true], 1],
  ['until it is caught up the other brings the events', ['catching-up', 'live'], [true, true], 1],
  ['the best is live: the other ends', ['live', 'live'], [true, false], 0],
])('[RT-1][RT-2] %s', (_, states, run, live) => {
  expect(planProviders(states)).toEqual({ run, live });
});

test('[RT-3] the providers that run are the best ones, and the one that is live among them', () => {
  fc.assert(
    fc.property(slots, (states) => {
      const { run, live } = planProviders(states);
      const running = run.filter(Boolean).length;
      expect(run).toEqual(run.map((_, index) => index < running));
      expect(live).toBe(states.includes('live') ? states.indexOf('live') : null);
      if (live !== null) expect(running).toBe(live + 1);
      // There is always something that may become better.
      if (states.length > 0) expect(running).toBeGreaterThan(0);
    }),
  );
});
