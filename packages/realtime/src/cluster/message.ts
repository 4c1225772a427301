import type { RemotePart } from '../channel/replication.ts';
import { isChannelName, isUserChannelName } from '../wire/channel-name.ts';
import { isJsonObject, parseJson, type JsonObject } from '../wire/json.ts';
import { isSocketId } from '../wire/socket-id.ts';
import type { Broadcast } from './bus.ts';

/** A channel's name, and what the sender has of it; on presence channels the users that changed. */
export interface ChannelEntry extends RemotePart {
  name: string;
}

/** What one node says to others. All of it describes the sender, never a third node. */
export type Message =
  /** To all: say something, so that I see who is there and what I have missed. */
  | { type: 'hello' }
  /** To all: I go, and all that I have with me. */
  | { type: 'bye' }
  /** To one: I have missed something of you, send all that you have. */
  | { type: 'sync' }
  /** `state` messages between the two are all that the sender has. */
  | { type: 'snapshot'; phase: 'begin' | 'end' }
  /** What the sender has now, of the channels that changed. */
  | { type: 'state'; appId: string; channels: readonly ChannelEntry[] }
  /** Signed-in users who came to the sender, or left it. */
  | { type: 'users'; appId: string; users: ReadonlyMap<string, boolean> }
  /** Close the sockets of this user. */
  | { type: 'terminate'; appId: string; userId: string }
  /** From the embedding server to those of the other nodes; only they know what it means. */
  | { type: 'note'; note: string }
  /** An event for sockets. */
  | { type: 'broadcast'; broadcast: Broadcast };

/** Far above what apps are configured to allow; only there to bound what a stranger may say. */
const NAME_LENGTH_MAX = 1_000;
const CHANNELS_PER_BROADCAST_MAX = 1_000;
const COUNT_MAX = 1_000_000_000;

export const HELLO = '{"type":"hello"}';
export const BYE = '{"type":"bye"}';
export const SYNC = '{"type":"sync"}';
export const SNAPSHOT_BEGIN = '{"type":"snapshot","phase":"begin"}';
export const SNAPSHOT_END = '{"type":"snapshot","phase":"end"}';

export function broadcastLine(broadcast: Broadcast): string {
  return JSON.stringify({ type: 'broadcast', ...broadcast });
}

/** `["name", count]`, and on presence channels a third: `[["ann", "JSON text"], ["bob", null]]`. */
export function channelEntryJson({ name, count, users }: ChannelEntry): string {
  return JSON.stringify(users.size === 0 ? [name, count] : [name, count, [...users]]);
}

export function stateLine(appId: string, channelEntries: readonly string[]): string {
  return `{"type":"state","appId":${JSON.stringify(appId)},"channels":[${channelEntries.join()}]}`;
}

export function usersLine(appId: string, users: ReadonlyMap<string, boolean>): string {
  return JSON.stringify({ type: 'users', appId, users: [...users] });
}

export function noteLine(note: string): string {
  return JSON.stringify({ type: 'note', note });
}

export function terminateLine(appId: string, userId: string): string {
  return JSON.stringify({ type: 'terminate', appId, userId });
}

/**
 * Checked by hand, field by field: it is on the way of every event. Whoever can write to the bus
 * can say what they like, but cannot make a node send what is not JSON, or keep what is not bounded.
 *
 * @returns null for what is no message
 */
export function parseMessage(line: string): Message | null {
  const value = parseJson(line);
  if (!isJsonObject(value)) return null;
  switch (value['type']) {
    case 'hello':
    case 'bye':
    case 'sync':
      return { type: value['type'] };
    case 'snapshot': {
      const { phase } = value;
      return phase === 'begin' || phase === 'end' ? { type: 'snapshot', phase } : null;
    }
    case 'state':
      return parseState(value);
    case 'users':
      return parseUsers(value);
    case 'terminate':
      return parseTerminate(value);
    case 'note': {
      const { note } = value;
      return typeof note === 'string' ? { type: 'note', note } : null;
    }
    case 'broadcast':
      return parseBroadcast(value);
    default:
      return null;
  }
}

function parseState({ appId, channels }: JsonObject): Message | null {
  if (!isName(appId) || !Array.isArray(channels)) return null;
  const entries: ChannelEntry[] = [];
  for (const channel of channels as unknown[]) {
    const entry = parseChannelEntry(channel);
    if (entry === null) return null;
    entries.push(entry);
  }
  return { type: 'state', appId, channels: entries };
}

const NO_USERS: ReadonlyMap<string, string | null> = new Map();

function parseChannelEntry(value: unknown): ChannelEntry | null {
  if (!Array.isArray(value)) return null;
  const [name, count, users] = value as unknown[];
  if (!isChannel(name) || !isCount(count)) return null;
  if (users === undefined) return { name, count, users: NO_USERS };
  if (!Array.isArray(users)) return null;
  const parsed = new Map<string, string | null>();
  for (const user of users as unknown[]) {
    if (!Array.isArray(user)) return null;
    const [userId, userInfoJson] = user as unknown[];
    if (!isName(userId) || !(userInfoJson === null || isJsonText(userInfoJson))) return null;
    parsed.set(userId, userInfoJson);
  }
  return { name, count, users: parsed };
}

function parseUsers({ appId, users }: JsonObject): Message | null {
  if (!isName(appId) || !Array.isArray(users)) return null;
  const parsed = new Map<string, boolean>();
  for (const user of users as unknown[]) {
    if (!Array.isArray(user)) return null;
    const [userId, isThere] = user as unknown[];
    if (!isName(userId) || typeof isThere !== 'boolean') return null;
    parsed.set(userId, isThere);
  }
  return { type: 'users', appId, users: parsed };
}

function parseTerminate({ appId, userId }: JsonObject): Message | null {
  return isName(appId) && isName(userId) ? { type: 'terminate', appId, userId } : null;
}

function parseBroadcast(value: JsonObject): Message | null {
  const { appId, channels, event, dataJson, exceptSocketId, userId } = value;
  if (!isName(appId) || !isName(event) || !isJsonText(dataJson)) return null;
  if (!isChannelList(channels)) return null;
  if (exceptSocketId !== undefined && !isSocketIdValue(exceptSocketId)) return null;
  if (userId !== undefined && !isName(userId)) return null;
  const except = exceptSocketId === undefined ? {} : { exceptSocketId };
  const sender = userId === undefined ? {} : { userId };
  const broadcast = { appId, channels, event, dataJson, ...except, ...sender };
  return { type: 'broadcast', broadcast };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= NAME_LENGTH_MAX;
}

function isChannel(value: unknown): value is string {
  return typeof value === 'string' && (isChannelName(value) || isUserChannelName(value));
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= COUNT_MAX;
}

function isJsonText(value: unknown): value is string {
  return typeof value === 'string' && parseJson(value) !== undefined;
}

function isSocketIdValue(value: unknown): value is string {
  return typeof value === 'string' && isSocketId(value);
}

function isChannelList(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length > CHANNELS_PER_BROADCAST_MAX) return false;
  return value.every(isChannel);
}
