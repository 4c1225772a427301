import { expect, onTestFinished, test } from 'vitest';
import { type Backend, Lookout } from './postgres-lookout.ts';

test('[SYNC-8] a first look that fails is made again: who died before it may still commit', async () => {
  const dead: Backend = { pid: 7, node: 'died a moment ago' };
  const looks: (readonly Backend[] | null)[] = [null, [dead], []];
  const warned: string[] = [];
  const lookout = new Lookout({
    node: 'this',
    isShared: false,
    backends: () => {
      const there = looks.shift() ?? null;
      return there === null
        ? Promise.reject(new Error('not to be asked just now'))
        : Promise.resolve(there);
    },
    logger: {
      warn: (_details, message) => void warned.push(message),
      error: (_details, message) => void warned.push(message),
    },
  });
  onTestFinished(() => lookout.close());
  const said = await new Promise((resolve) => {
    lookout.listen(resolve);
  });
  expect(said).toBe('elsewhere');
  expect(warned).toHaveLength(1);
});
