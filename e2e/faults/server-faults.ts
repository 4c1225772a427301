// What happens to a server process.
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, Scene } from './fault.ts';
import type { Node } from './stage.ts';

const grounds = ['SQLite', 'PostgreSQL', 'two nodes'] as const;

const anyNode = ({ stage, random }: Scene): Node => random.pick(stage.nodes);

export const killed: Fault = {
  name: 'kill -9 while writing',
  grounds,
  async strike(scene) {
    const node = anyNode(scene);
    await node.kill('SIGKILL');
    await delay(scene.random.between(0, 800));
    await node.startAgain();
    await delay(scene.random.between(500, 3000));
  },
};

export const stopped: Fault = {
  name: 'SIGTERM under load',
  grounds,
  async strike(scene) {
    const node = anyNode(scene);
    await node.kill('SIGTERM');
    await node.startAgain();
    await delay(scene.random.between(500, 3000));
  },
};
