// The same message many times.
import { setTimeout as delay } from 'node:timers/promises';
import { siteToken } from '../harness/server.ts';
import { type Answer, bearer, newVisitor } from '../harness/api.ts';
import type { Fault, Scene } from './fault.ts';
import type { Reader } from './history.ts';

const copies = 50;

export const repeated: Fault = {
  name: '50 copies at once, and after a restart',
  grounds: ['SQLite', 'PostgreSQL', 'two nodes'],
  async strike(scene) {
    const { stage, random } = scene;
    const name = `copying-${crypto.randomUUID()}`;
    const { token } = await newVisitor(doorOf(scene, 0), siteToken);
    const messages = [1, 2, 3].map((at) => ({ key: crypto.randomUUID(), text: `${name}, ${at}` }));
    const sender: Reader = { name, side: 'visitor', site: 'one' };
    for (const message of messages) {
      const invocation = { ...message, sender, conversationOf: name, private: false };
      scene.recorder.invoke({ ...invocation, kept: false });
    }
    for (const message of messages.slice(0, 2)) await postCopies(scene, token, message);
    // Of the last one some copies are under way when the server dies.
    const posting = Promise.all(messages.slice(2).map((last) => postCopies(scene, token, last)));
    await delay(random.between(0, 40));
    const node = random.pick(stage.nodes);
    await node.kill('SIGKILL');
    await posting;
    await node.startAgain();
    for (const message of messages) await postCopies(scene, token, message);
    await delay(random.between(500, 2000));
  },
};

/** All at once, through all doors. */
async function postCopies(
  scene: Scene,
  token: string,
  { key, text }: { readonly key: string; readonly text: string },
): Promise<void> {
  await Promise.all(
    Array.from({ length: copies }, async (_, at) => {
      const { call } = bearer(doorOf(scene, at), token);
      const body = { text, client_message_id: key };
      const answer = await call('POST', '/api/chatbot/message', body).catch(unreachable);
      if (answer !== null) scene.recorder.answer(key, answer.status, answer.body);
    }),
  );
}

/** A request that was cut: nothing is known of it. */
function unreachable(error: unknown): Answer | null {
  if (error instanceof TypeError) return null;
  throw error;
}

function doorOf({ stage }: Scene, at: number): string {
  return stage.doors[at % stage.doors.length]?.proxy.url ?? '';
}
