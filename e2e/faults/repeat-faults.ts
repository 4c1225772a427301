// The same message many times.
import { setTimeout as delay } from 'node:timers/promises';
import { siteToken } from '../harness/server.ts';
import { bearer, newVisitor } from '../harness/api.ts';
import type { Fault, Scene } from './fault.ts';
import type { Reader } from './history.ts';

const copies = 50;

export const repeated: Fault = {
  name: '50 copies at once, and after a restart',
  grounds: ['SQLite', 'PostgreSQL', 'two nodes'],
  async strike(scene) {
    const { stage, random } = scene;
    const keys = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    const reader: Reader = { name: `copying-${keys[0]}`, side: 'visitor', site: 'one' };
    const { token } = await newVisitor(doorOf(scene, 0), siteToken);
    for (const [at, key] of keys.entries()) {
      const text = `copy ${at} of ${reader.name}`;
      const message = { key, text, sender: reader, conversationOf: reader.name, private: false };
      scene.recorder.invoke({ ...message, kept: false });
      await postCopies(scene, token, key, text);
    }
    const node = random.pick(stage.nodes);
    await node.kill('SIGKILL');
    await node.startAgain();
    for (const [at, key] of keys.entries()) {
      await postCopies(scene, token, key, `copy ${at} of ${reader.name}`);
    }
    await delay(random.between(500, 2000));
  },
};

/** All at once, through all doors. */
async function postCopies(scene: Scene, token: string, key: string, text: string): Promise<void> {
  await Promise.all(
    Array.from({ length: copies }, async (_, at) => {
      const { call } = bearer(doorOf(scene, at), token);
      const { status, body } = await call('POST', '/api/chatbot/message', {
        text,
        client_message_id: key,
      });
      scene.recorder.answer(key, status, body);
    }),
  );
}

function doorOf({ stage }: Scene, at: number): string {
  return stage.doors[at % stage.doors.length]?.proxy.url ?? '';
}
