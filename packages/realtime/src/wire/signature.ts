import { timingSafeEqual } from 'node:crypto';
import { isChannelName } from './channel-name.ts';
import { hmacHex } from './hmac.ts';
import { isSocketId } from './socket-id.ts';

export interface ChannelSignatureInput {
  key: string;
  secret: string;
  socketId: string;
  channel: string;
  /** The exact JSON text that the client will send along. Presence channels need it. */
  channelData?: string;
}

/** Takes equally long for every wrong answer of the right length. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const a = Buffer.from(given, 'utf8');
  const b = Buffer.from(expected, 'utf8');
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * `KEY:hmac` that lets one socket subscribe to one private or presence channel.
 *
 * @throws TypeError on a malformed socket id or channel name. Both come from a client and are
 * joined with colons, so a crafted one would otherwise be signed as another channel's.
 */
export function signChannel(input: ChannelSignatureInput): string {
  const { key, secret, socketId, channel, channelData } = input;
  if (!isSocketId(socketId)) throw new TypeError('Malformed socket id');
  if (!isChannelName(channel)) throw new TypeError('Malformed channel name');
  const text = `${socketId}:${channel}`;
  return `${key}:${hmacHex(secret, channelData === undefined ? text : `${text}:${channelData}`)}`;
}

/** Whether `auth` is what {@link signChannel} makes of the same input. */
export function isChannelSignature(auth: string, input: ChannelSignatureInput): boolean {
  return equalInConstantTime(auth, signChannel(input));
}

export interface UserSignatureInput {
  key: string;
  secret: string;
  socketId: string;
  /** The exact JSON text that the client will send along. */
  userData: string;
}

/**
 * `KEY:hmac` that signs one socket in as a user. Joined by two colons, as by all SDKs; Pusher's
 * written example is wrong.
 *
 * @throws TypeError on a malformed socket id
 */
export function signUser({ key, secret, socketId, userData }: UserSignatureInput): string {
  if (!isSocketId(socketId)) throw new TypeError('Malformed socket id');
  return `${key}:${hmacHex(secret, `${socketId}::user::${userData}`)}`;
}

/** Whether `auth` is what {@link signUser} makes of the same input. */
export function isUserSignature(auth: string, input: UserSignatureInput): boolean {
  return equalInConstantTime(auth, signUser(input));
}
