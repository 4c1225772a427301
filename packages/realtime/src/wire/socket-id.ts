import { randomInt } from 'node:crypto';

/**
 * Anchored, digits only: a socket id is the first part of what a channel signature covers, so one
 * that could hold a colon or a newline would let its owner have another channel signed.
 */
const SOCKET_ID = /^\d{1,20}\.\d{1,20}$/;
const HALF_MAX = 2 ** 32;

export function isSocketId(id: string): boolean {
  return SOCKET_ID.test(id);
}

/** 64 random bits: unique without asking the other nodes. */
export function newSocketId(): string {
  return `${randomInt(HALF_MAX)}.${randomInt(HALF_MAX)}`;
}
