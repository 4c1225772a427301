import { expect, test } from 'vitest';
import { LazyPart } from './lazy-part.ts';
import { SimulatedPage } from './testing/simulated-browser.ts';
import { SimulatedClock } from './testing/simulated-clock.ts';
import { rowsOf, Simulation } from './testing/simulation.ts';

test('[RT-4] a part that does not come is asked for again: later, and at once when the network is back', async () => {
  const clock = new SimulatedClock();
  const page = new SimulatedPage();
  let comes = false;
  let asked = 0;
  const after = clock.after.bind(clock);
  const onPage = page.listen.bind(page);
  const part = new LazyPart({ after, onPage, random: () => 0.5 }, () => {
    asked += 1;
    return comes ? Promise.resolve('there') : Promise.reject(new TypeError('not now'));
  });
  const used: string[] = [];
  part.use((loaded) => used.push(loaded));
  await clock.advance(60_000);
  expect(asked).toBeGreaterThan(2);
  expect(asked).toBeLessThan(10);
  comes = true;
  page.send('online');
  await clock.advance(0);
  expect(used).toEqual(['there']);
  // From now on at once, and not asked for any more.
  const before = asked;
  part.use((loaded) => used.push(`${loaded} again`));
  expect(used).toEqual(['there', 'there again']);
  expect(asked).toBe(before);
});

test('[SYNC-9] a first message is sent and shown whatever of the program comes late', async () => {
  const world = new Simulation(3, 'reverb');
  const visitor = world.visitor('visitor');
  visitor.start();
  await world.clock.advance(2_000);
  world.network.faults.http = 'down';
  visitor.send('a');
  await world.clock.advance(5_000);
  expect(rowsOf(visitor).map(({ text, state }) => `${text} ${state}`)).toEqual(['a sending']);
  world.network.faults.http = 'up';
  await world.clock.advance(40_000);
  visitor.send('b');
  await world.clock.advance(2_000);
  expect(rowsOf(visitor).map(({ text, state }) => `${text} ${state}`)).toEqual([
    'a sent',
    'b sent',
  ]);
  expect(visitor.view.get()).not.toBeNull();
});
