import { expect, test } from 'vitest';
import { createStore, mirror } from './store.ts';

test('a store tells of changes alone, and only those who still listen', () => {
  const store = createStore(1);
  const heard: number[] = [];
  const stop = store.subscribe(() => heard.push(store.get()));
  for (const value of [1, 2, 2, 3]) store.set(value);
  stop();
  store.set(4);
  expect(heard).toEqual([2, 3]);
});

test('a listener may stop itself and others while it is told', () => {
  const store = createStore(0);
  const heard: string[] = [];
  const stops = ['a', 'b'].map((name) =>
    store.subscribe(() => {
      heard.push(name);
      for (const stop of stops) stop();
    }),
  );
  store.set(1);
  store.set(2);
  expect(heard).toEqual(['a', 'b']);
});

test('stores that change together are told of when all have changed', () => {
  const [from, to] = [createStore('here'), createStore('')];
  const seen: string[] = [];
  from.subscribe(() => seen.push(`${from.get()}|${to.get()}`));
  const tell = [from.put(''), to.put('there')];
  for (const telling of tell) telling();
  expect(seen).toEqual(['|there']);
});

test('a mirror shows what it mirrors until it is stopped', () => {
  const [from, to] = [createStore(1), createStore(0)];
  const stop = mirror(from, to, () => undefined);
  from.set(2);
  stop();
  from.set(3);
  expect(to.get()).toBe(2);
});
