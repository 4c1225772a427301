import { channelAccess } from '../wire/channel-name.ts';
import type { Connection } from '../socket/connection.ts';
import { memberJson, Roster, type Member } from './presence.ts';
import { memberAddedFrame, memberRemovedFrame } from '../wire/server-frame.ts';

/** The subscribers of one name on this node. Exists only while there are any. */
export class Channel {
  readonly name: string;
  /** Who is there, on a presence channel; null on any other. */
  readonly roster: Roster | null;
  readonly #subscribers = new Set<Connection>();

  constructor(name: string) {
    this.name = name;
    this.roster = channelAccess(name) === 'presence' ? new Roster() : null;
  }

  get subscriptionCount(): number {
    return this.#subscribers.size;
  }

  /** Distinct users; on a channel without presence nobody knows. */
  get userCount(): number | null {
    return this.roster?.userCount ?? null;
  }

  /**
   * Adds a subscriber and tells the others, if a user came with it who was not there yet.
   *
   * @returns that user, else null
   */
  add(connection: Connection, member: Member | null): string | null {
    this.#subscribers.add(connection);
    if (this.roster === null || member === null) return null;
    if (this.roster.join(connection.socketId, member) === 'present') return null;
    this.send(memberAddedFrame(this.name, memberJson(member)), connection);
    return member.userId;
  }

  /**
   * Removes a subscriber and tells the others, if a user left with it.
   *
   * @returns that user, else null
   */
  remove(connection: Connection): string | null {
    this.#subscribers.delete(connection);
    const userId = this.roster?.leave(connection.socketId) ?? null;
    if (userId !== null) this.send(memberRemovedFrame(this.name, userId));
    return userId;
  }

  /** One buffer to all subscribers. */
  send(frame: Buffer, except?: Connection): void {
    for (const connection of this.#subscribers) {
      if (connection !== except) connection.send(frame);
    }
  }

  /** Data of `subscription_succeeded`. */
  snapshotJson(): string {
    return this.roster?.snapshotJson() ?? '{}';
  }
}
