// What happens to the bus between two nodes.
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, Scene } from './fault.ts';
import type { RedisService } from './stage.ts';

const grounds = ['two nodes'] as const;

function redisOf({ stage }: Scene): RedisService {
  if (stage.redis === null) throw new Error('a stage without Redis');
  return stage.redis;
}

export const redisRestarts: Fault = {
  name: 'Redis restarts',
  grounds,
  async strike(scene) {
    const redis = redisOf(scene);
    await redis.stop();
    await delay(scene.random.between(100, 3000));
    await redis.startAgain();
    await delay(scene.random.between(1000, 5000));
  },
};

export const redisFreezes: Fault = {
  name: 'Redis stands still for 10 s',
  grounds,
  strikes: 2,
  async strike(scene) {
    const { pid } = redisOf(scene);
    process.kill(pid, 'SIGSTOP');
    await delay(10_000);
    process.kill(pid, 'SIGCONT');
    await delay(scene.random.between(1000, 5000));
  },
};
