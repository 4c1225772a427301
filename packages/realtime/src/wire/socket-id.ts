import { randomFillSync } from 'node:crypto';

/**
 * Anchored, digits only: a socket id is the first part of what a channel signature covers, so one
 * that could hold a colon or a newline would let its owner have another channel signed.
 */
const SOCKET_ID = /^\d{1,20}\.\d{1,20}$/;

export function isSocketId(id: string): boolean {
  return SOCKET_ID.test(id);
}

/** Drawn many at a time: asking the system for each would cost more than the rest of an id. */
const drawn = new Uint32Array(512);
let left = 0;

function random32(): number {
  if (left === 0) {
    randomFillSync(drawn);
    left = drawn.length;
  }
  left -= 1;
  return drawn[left] ?? 0;
}

/** 64 random bits: unique without asking the other nodes. */
export function newSocketId(): string {
  return `${random32()}.${random32()}`;
}
