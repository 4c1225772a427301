import type { AppLimits } from '../limits.ts';
import { isJsonObject, jsonText, parseJson } from '../wire/json.ts';

/** A person on a presence channel, whatever the number of their sockets. */
export interface Member {
  /** Numbers become strings: `7` and `"7"` are one person, as pusher-js looks them up. */
  userId: string;
  /** JSON text of what the application says of them; `null` where it says nothing. */
  userInfoJson: string;
}

export type ChannelData = { ok: true; member: Member } | { ok: false; fault: string };

/** Reads the `channel_data` that an authorization endpoint signed. */
export function parseChannelData(text: string, limits: AppLimits): ChannelData {
  const data = parseJson(text);
  if (!isJsonObject(data)) return { ok: false, fault: 'channel_data must be a JSON object' };
  const userId = userIdText(data['user_id']);
  if (userId === null || userId === '') {
    return { ok: false, fault: 'user_id must be a string or a number' };
  }
  if (userId.length > limits.presenceUserIdLengthMax) {
    return { ok: false, fault: `user_id exceeds ${limits.presenceUserIdLengthMax} characters` };
  }
  const userInfoJson = jsonText(data['user_info'] ?? null);
  if (userInfoJson === null || Buffer.byteLength(userInfoJson) > limits.presenceUserInfoBytesMax) {
    return { ok: false, fault: `user_info exceeds ${limits.presenceUserInfoBytesMax} bytes` };
  }
  return { ok: true, member: { userId, userInfoJson } };
}

function userIdText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
}

export function memberJson({ userId, userInfoJson }: Member): string {
  return `{"user_id":${JSON.stringify(userId)},"user_info":${userInfoJson}}`;
}

interface Attendance {
  member: Member;
  /** On this node. */
  sockets: number;
  /** Other nodes on which the user is; null while there are none. */
  nodes: Set<string> | null;
}

/** `arrived` and `left` are said of the whole cluster: the user was nowhere before, or is now. */
type Coming = 'arrived' | 'present';
type Going = 'left' | 'present';

/**
 * Who is there: distinct users, each from their first socket anywhere in the cluster to their
 * last. Only values; telling the others is the channel's affair.
 */
export class Roster {
  readonly #users = new Map<string, Attendance>();
  readonly #userOfSocket = new Map<string, string>();

  get userCount(): number {
    return this.#users.size;
  }

  has(userId: string): boolean {
    return this.#users.has(userId);
  }

  userIds(): Iterable<string> {
    return this.#users.keys();
  }

  /** Who sits at a socket of this node. */
  userOf(socketId: string): string | undefined {
    return this.#userOfSocket.get(socketId);
  }

  join(socketId: string, member: Member): Coming {
    if (this.#userOfSocket.has(socketId)) return 'present';
    this.#userOfSocket.set(socketId, member.userId);
    const attendance = this.#users.get(member.userId);
    if (attendance) {
      attendance.sockets += 1;
      return 'present';
    }
    this.#users.set(member.userId, { member, sockets: 1, nodes: null });
    return 'arrived';
  }

  /** @returns the user who left the cluster with their last socket, else null */
  leave(socketId: string): string | null {
    const userId = this.#userOfSocket.get(socketId);
    if (userId === undefined) return null;
    this.#userOfSocket.delete(socketId);
    const attendance = this.#users.get(userId);
    if (!attendance) return null;
    attendance.sockets -= 1;
    return this.#forgetIfGone(attendance) === 'left' ? userId : null;
  }

  /** The user is on another node. Harmless the second time. */
  joinRemote(nodeId: string, member: Member): Coming {
    const attendance = this.#users.get(member.userId);
    if (!attendance) {
      this.#users.set(member.userId, { member, sockets: 0, nodes: new Set([nodeId]) });
      return 'arrived';
    }
    attendance.nodes ??= new Set();
    attendance.nodes.add(nodeId);
    // Whoever is nowhere else is what that node says; they may have left and come back unseen.
    if (attendance.sockets === 0 && attendance.nodes.size === 1) attendance.member = member;
    return 'present';
  }

  /** The user is on that node no more. Harmless the second time. */
  leaveRemote(nodeId: string, userId: string): Going {
    const attendance = this.#users.get(userId);
    if (!attendance?.nodes?.delete(nodeId)) return 'present';
    if (attendance.nodes.size === 0) attendance.nodes = null;
    return this.#forgetIfGone(attendance);
  }

  /** Users on another node. */
  usersOn(nodeId: string): string[] {
    const here: string[] = [];
    for (const [userId, { nodes }] of this.#users) if (nodes?.has(nodeId)) here.push(userId);
    return here;
  }

  /** A user who is on this node, else null. */
  localMember(userId: string): Member | null {
    const attendance = this.#users.get(userId);
    return attendance && attendance.sockets > 0 ? attendance.member : null;
  }

  /** Users on this node. */
  localMembers(): Member[] {
    const here: Member[] = [];
    for (const { member, sockets } of this.#users.values()) if (sockets > 0) here.push(member);
    return here;
  }

  /** Data of `subscription_succeeded`: `{"presence":{"count","ids","hash"}}`. */
  snapshotJson(): string {
    const ids: string[] = [];
    const hash: string[] = [];
    for (const { member } of this.#users.values()) {
      const id = JSON.stringify(member.userId);
      ids.push(id);
      hash.push(`${id}:${member.userInfoJson}`);
    }
    return `{"presence":{"count":${ids.length},"ids":[${ids.join()}],"hash":{${hash.join()}}}}`;
  }

  #forgetIfGone({ member, sockets, nodes }: Attendance): Going {
    if (sockets > 0 || nodes !== null) return 'present';
    this.#users.delete(member.userId);
    return 'left';
  }
}
