// What happens to a server process.
import { setTimeout as delay } from 'node:timers/promises';
import { bearer } from '../harness/api.ts';
import type { Fault, Scene } from './fault.ts';
import { restOf } from './rest.ts';
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

/** The other nodes look every second who is gone; and who was on it has to come to another. */
const toldWithin_ms = 10_000;

/** Of a sender who never asks again: nobody but another node can tell the others. */
export const diesUnpublished: Fault = {
  name: 'a node dies between commit and publish',
  strikes: 2,
  grounds: ['two nodes'],
  prepare: () => Promise.resolve({ stage: { tapped: true }, close: () => Promise.resolve() }),
  async strike(scene) {
    const { stage, crowd, recorder, random, waits } = scene;
    const [node] = stage.nodes;
    if (node === undefined || stage.tap === null) throw new Error('not the stage for it');
    await crowd.hush();
    if ((await restOf(scene, 45_000)) === null) throw new Error('no rest before the strike');
    const { reader, token } = random.pick(crowd.visitors);
    const key = crypto.randomUUID();
    const text = `the last words before the death of a node: ${key}`;
    const message = { key, text, sender: reader, conversationOf: reader.name, private: false };
    recorder.invoke({ ...message, kept: false });
    const committed = stage.tap.committed(text);
    const request = bearer(node.server.url, token)
      .call('POST', '/api/chatbot/message', { text, client_message_id: key })
      .catch(() => null);
    await committed;
    await node.kill('SIGKILL');
    await request;
    waits.push(await restOf(scene, toldWithin_ms));
    await node.startAgain();
    crowd.talk();
    await delay(random.between(1000, 4000));
  },
};
