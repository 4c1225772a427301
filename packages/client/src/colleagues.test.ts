import { expect, test } from 'vitest';
import { Colleagues } from './colleagues.ts';
import { SimulatedClock } from './testing/simulated-clock.ts';

const bea = { id: 2, name: 'Bea' };
const own = { id: 1, name: 'Ann' };

test('who is here outlives a second way that is subscribed after it was told, and passes by itself', async () => {
  const clock = new SimulatedClock();
  const environment = {
    after: (delay_ms: number, callback: () => void) => clock.after(delay_ms, callback),
  };
  const colleagues = new Colleagues(
    environment,
    () => own.id,
    () => undefined,
  );
  const here = () => colleagues.list.map(({ name }) => name);
  colleagues.viewing({ conversation_id: 7, agents: [own, bea], gone: [] });
  colleagues.doubt();
  expect(here()).toEqual(['Bea']);
  await clock.advance(35_000);
  // Said again: the doubt is over.
  colleagues.viewing({ conversation_id: 7, agents: [own, bea], gone: [] });
  await clock.advance(60_000);
  expect(here()).toEqual(['Bea']);
  // Who left while nothing was heard.
  colleagues.doubt();
  await clock.advance(41_000);
  expect(here()).toEqual([]);
});
