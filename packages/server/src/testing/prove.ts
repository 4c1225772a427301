import { createHash } from 'node:crypto';
import type { Answer } from './http-client.ts';

/** What the details of `proof_required` ask for. */
export interface Task {
  readonly challenge: string;
  readonly bits: number;
  readonly puzzles: number;
  readonly client_message_id: string;
  readonly reason: string;
}

/** @throws where the answer asks for no proof */
export function taskOf(answer: Answer): Task {
  const { error } = answer.json as { error: { code: string; details: Task } };
  if (error.code !== 'proof_required') throw new Error(`no proof is asked for: ${answer.text}`);
  return error.details;
}

/** As docs/api.md says; not the client's own code, which is held against it. */
export function solved({ challenge, bits, puzzles }: Task): string {
  const seed = Buffer.from(challenge.split('.')[1] ?? '', 'base64url');
  const numbers = Array.from({ length: puzzles }, (_, puzzle) => {
    for (let number = 0; ; number += 1) {
      const block = Buffer.alloc(8);
      block.writeUInt32BE(puzzle);
      block.writeUInt32BE(number, 4);
      const digest = createHash('sha256').update(seed).update(block).digest();
      if (digest.readUInt32BE() >>> (32 - bits) === 0) return number;
    }
  });
  return `${challenge}.${numbers.join('-')}`;
}
