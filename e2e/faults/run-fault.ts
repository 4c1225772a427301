// One fault on one ground: people write, it strikes, it ends, and the checker decides.
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../packages/client/src/testing/random.ts';
import { type Verdict, check } from './checker.ts';
import { Crowd } from './crowd.ts';
import type { Fault, Scene } from './fault.ts';
import type { View } from './history.ts';
import { restOf } from './rest.ts';
import { Recorder } from './recorder.ts';
import { type Ground, type Means, buildStage } from './stage.ts';

export interface RunOptions {
  readonly ground: Ground;
  readonly means: Means;
  readonly seed: number;
  /** It strikes again and again until so many messages are acknowledged. */
  readonly messages: number;
  /** … or so much time is over. */
  readonly striking_ms: number;
  /** Of the first site; the second has two. */
  readonly visitors: number;
  /** How often it strikes, at least. Default: as the fault says. */
  readonly strikes?: number;
}

export interface FaultRun {
  readonly fault: string;
  readonly ground: Ground;
  readonly seed: number;
  readonly strikes: number;
  /** Requests that failed. */
  readonly errors: number;
  readonly verdict: Verdict;
  readonly convergence_ms: number | null;
  /** What the servers printed: for whom a verdict surprises. */
  readonly output: string;
}

const usualBound_ms = 45_000;

export async function runFault(fault: Fault, options: RunOptions): Promise<FaultRun> {
  const { ground, means, seed } = options;
  const random = new Random(seed);
  const preparation = await fault.prepare?.();
  try {
    const stage = await buildStage({ ground, means, ...preparation?.stage });
    const recorder = new Recorder();
    const crowd = new Crowd({
      stage,
      recorder,
      random,
      visitors: options.visitors,
      pause_ms: fault.pause_ms ?? 40,
      text_chars: fault.text_chars ?? 0,
    });
    const scene: Scene = { stage, crowd, recorder, random, waits: [] };
    try {
      await crowd.enter();
      crowd.talk();
      const strikes = await strikeOften(fault, scene, options);
      await crowd.hush();
      const bound_ms = fault.bound_ms ?? usualBound_ms;
      scene.waits.push(await restOf(scene, bound_ms));
      const convergence_ms = longest(scene.waits);
      const unrest = crowd.unrest(await stage.store.read());
      const views = await crowd.views();
      acknowledgeShown(recorder, views);
      const stored = await stage.store.read();
      const convergence = { after_ms: convergence_ms, bound_ms, unrest };
      const verdict = check({ history: recorder, stored, views, convergence });
      const output = stage.nodes.map(({ server }) => server.output()).join('\n');
      const { errors } = recorder;
      return { fault: fault.name, ground, seed, strikes, errors, verdict, convergence_ms, output };
    } catch (error) {
      const output = stage.nodes.map(({ server }) => server.output().slice(-4000)).join('\n');
      throw new Error(`${fault.name} on ${ground}, seed ${seed}:\n${output}`, { cause: error });
    } finally {
      await fault.end?.(scene);
      crowd.leave();
      await stage.dispose();
    }
  } finally {
    await preparation?.close();
  }
}

async function strikeOften(fault: Fault, scene: Scene, options: RunOptions): Promise<number> {
  const { recorder, random } = scene;
  const deadline = Date.now() + options.striking_ms;
  let strikes = 0;
  const enough = (): boolean =>
    Date.now() > deadline ||
    (strikes >= (options.strikes ?? fault.strikes ?? 3) &&
      recorder.acknowledgedCount >= options.messages);
  while (!enough()) {
    await delay(random.between(300, 1500));
    await fault.strike(scene);
    strikes += 1;
  }
  return strikes;
}

const longest = (waits: readonly (number | null)[]): number | null =>
  waits.reduce((most, wait) => (most === null || wait === null ? null : Math.max(most, wait)), 0);

/** What a sender's own client shows as sent is acknowledged, also where the answer itself was lost. */
function acknowledgeShown(recorder: Recorder, views: readonly View[]): void {
  const senders = new Map(recorder.invoked.map(({ key, sender }) => [key, sender.name]));
  for (const { reader, messages } of views) {
    for (const { key, id, seq } of messages) {
      if (key === null || recorder.isAcknowledged(key)) continue;
      if (senders.get(key) === reader.name) recorder.acknowledge({ key, id, seq });
    }
  }
}
