import type { App } from '../channel/app.ts';
import type { Channel } from '../channel/channel.ts';
import { channelEntryJson, stateLine, usersLine } from './message.ts';
import { PACKET_LENGTH_FULL } from './packet.ts';

type Apps = ReadonlyMap<string, App>;
type Users = ReadonlyMap<string, string | null>;

/** More users are told in several entries, so that none grows beyond a packet. */
const USERS_PER_ENTRY = 256;

/**
 * What changed on this node since the others were last told. What is told is how things are then,
 * however often they changed: who came and went in between was never there for other nodes.
 */
export class LocalChanges {
  readonly #apps: Apps;
  /** App id → channel → users. */
  readonly #changed = new Map<string, Map<string, Set<string>>>();
  /** App id → users who signed in or out. */
  readonly #users = new Map<string, Set<string>>();

  constructor(apps: Apps) {
    this.#apps = apps;
  }

  get isEmpty(): boolean {
    return this.#changed.size === 0 && this.#users.size === 0;
  }

  noteUser(appId: string, userId: string): void {
    const users = this.#users.get(appId);
    if (users) users.add(userId);
    else this.#users.set(appId, new Set([userId]));
  }

  note(appId: string, channel: string, userId: string | null): void {
    const channels = this.#changed.get(appId) ?? new Map<string, Set<string>>();
    this.#changed.set(appId, channels);
    const users = channels.get(channel) ?? new Set();
    channels.set(channel, users);
    if (userId !== null) users.add(userId);
  }

  /** The lines to tell, each once. */
  take(): string[] {
    const lines: string[] = [];
    for (const [appId, channels] of this.#changed) {
      const entries: string[] = [];
      for (const [name, userIds] of channels) {
        const channel = this.#apps.get(appId)?.channels.get(name);
        pushEntries(entries, name, channel?.localCount ?? 0, usersOf(channel, userIds));
      }
      pushStateLines(lines, appId, entries);
    }
    this.#changed.clear();
    for (const [appId, userIds] of this.#users) {
      const app = this.#apps.get(appId);
      pushUserLines(lines, appId, [...userIds], (userId) => app?.users.isHere(userId) ?? false);
    }
    this.#users.clear();
    return lines;
  }
}

/** All that this node has. */
export function wholeState(apps: Apps): string[] {
  const lines: string[] = [];
  for (const { id, channels, users: signedIn } of apps.values()) {
    const entries: string[] = [];
    for (const { name, localCount, roster } of channels.values()) {
      if (localCount === 0) continue;
      const members = roster?.localMembers() ?? [];
      const users = new Map(members.map(({ userId, userInfoJson }) => [userId, userInfoJson]));
      pushEntries(entries, name, localCount, users);
    }
    pushStateLines(lines, id, entries);
    pushUserLines(lines, id, signedIn.localIds(), () => true);
  }
  return lines;
}

function usersOf(channel: Channel | undefined, userIds: ReadonlySet<string>): Users {
  const users = new Map<string, string | null>();
  if (!channel?.roster || channel.localCount === 0) return users;
  for (const userId of userIds) {
    users.set(userId, channel.roster.localMember(userId)?.userInfoJson ?? null);
  }
  return users;
}

function pushEntries(entries: string[], name: string, count: number, users: Users): void {
  if (users.size <= USERS_PER_ENTRY) {
    entries.push(channelEntryJson({ name, count, users }));
    return;
  }
  const all = [...users];
  for (let at = 0; at < all.length; at += USERS_PER_ENTRY) {
    const some = new Map(all.slice(at, at + USERS_PER_ENTRY));
    entries.push(channelEntryJson({ name, count, users: some }));
  }
}

function pushStateLines(lines: string[], appId: string, entries: readonly string[]): void {
  let some: string[] = [];
  let length = 0;
  for (const entry of entries) {
    if (length + entry.length > PACKET_LENGTH_FULL && some.length > 0) {
      lines.push(stateLine(appId, some));
      some = [];
      length = 0;
    }
    some.push(entry);
    length += entry.length;
  }
  if (some.length > 0) lines.push(stateLine(appId, some));
}

function pushUserLines(
  lines: string[],
  appId: string,
  userIds: readonly string[],
  isHere: (userId: string) => boolean,
): void {
  for (let at = 0; at < userIds.length; at += USERS_PER_ENTRY) {
    const some = userIds.slice(at, at + USERS_PER_ENTRY);
    lines.push(usersLine(appId, new Map(some.map((userId) => [userId, isHere(userId)]))));
  }
}
