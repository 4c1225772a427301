import type { AppLimits } from '../limits.ts';
import { isJsonObject, jsonText, parseJson } from '../wire/json.ts';

/** A person on a presence channel, whatever the number of their sockets. */
export interface Member {
  /** Numbers become strings: `7` and `"7"` are one person, as pusher-js looks them up. */
  userId: string;
  /** JSON text of what the application says of them; `null` where it says nothing. */
  userInfoJson: string;
}

type ChannelData = { ok: true; member: Member } | { ok: false; fault: string };

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
  sockets: number;
}

/**
 * Who is on a presence channel: distinct users, each there from their first socket to their last.
 * Only values; telling the others is the channel's affair.
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

  userOf(socketId: string): string | undefined {
    return this.#userOfSocket.get(socketId);
  }

  /** @returns `arrived` with the first socket of a user, `present` with any other */
  join(socketId: string, member: Member): 'arrived' | 'present' {
    if (this.#userOfSocket.has(socketId)) return 'present';
    this.#userOfSocket.set(socketId, member.userId);
    const attendance = this.#users.get(member.userId);
    if (attendance) {
      attendance.sockets += 1;
      return 'present';
    }
    this.#users.set(member.userId, { member, sockets: 1 });
    return 'arrived';
  }

  /** @returns the user who left with their last socket, else null */
  leave(socketId: string): string | null {
    const userId = this.#userOfSocket.get(socketId);
    if (userId === undefined) return null;
    this.#userOfSocket.delete(socketId);
    const attendance = this.#users.get(userId);
    if (!attendance) return null;
    attendance.sockets -= 1;
    if (attendance.sockets > 0) return null;
    this.#users.delete(userId);
    return userId;
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
}
