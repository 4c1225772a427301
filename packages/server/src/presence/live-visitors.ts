import { isDeepStrictEqual } from 'node:util';
import type { Page, Visitor } from '@parley/protocol';

/** A visitor on a page, as one node knows it. Times in Unix milliseconds. */
export interface Present {
  readonly siteId: number;
  readonly visitor: Visitor;
  readonly page: Page;
  /** Of the first page of this visit. */
  readonly referrer: string | null;
  readonly arrived_ms: number;
  /** On this page since then. */
  readonly since_ms: number;
  readonly pages: number;
}

interface Entry {
  present: Present;
  seen_ms: number;
}

/**
 * Whoever floods a server with visitors costs it this much memory at most: some 60 MB. Room is made at
 * the site that has the most, so that such a flood hides no visitor of another.
 */
const VISITORS_MAX = 10_000;

/**
 * Who is on a page now. Pure but for what it remembers: the time is passed in, and whoever is not seen
 * for `lifetime_ms` is gone.
 */
export class LiveVisitors {
  /** By visitor; who was seen last stands last. */
  readonly #entries = new Map<number, Entry>();
  /** How many of each site. */
  readonly #counts = new Map<number, number>();
  readonly #lifetime_ms: number;

  constructor(lifetime_ms: number) {
    this.#lifetime_ms = lifetime_ms;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * A page tells where its visitor is. The same address again is no other page.
   * @returns the visitor as it is now; null where nothing changed
   */
  arrive(of: Pick<Present, 'siteId' | 'visitor' | 'page'>, now_ms: number): Present | null {
    const known = this.#entries.get(of.visitor.id);
    // It may be still in the list though its time is over: then this is another visit.
    const before =
      known !== undefined && now_ms - known.seen_ms <= this.#lifetime_ms ? known.present : null;
    const isSamePage = before?.page.url === of.page.url;
    const present: Present = {
      ...of,
      referrer: before === null ? (of.page.referrer ?? null) : before.referrer,
      arrived_ms: before?.arrived_ms ?? now_ms,
      since_ms: isSamePage ? before.since_ms : now_ms,
      pages: (before?.pages ?? 0) + (isSamePage ? 0 : 1),
    };
    this.#put(present, now_ms);
    return isDeepStrictEqual(before, present) ? null : present;
  }

  /** Another node tells of a visitor. @returns whether that is news */
  take(present: Present, now_ms: number): boolean {
    const before = this.#entries.get(present.visitor.id)?.present;
    const isOlder = before !== undefined && before.since_ms > present.since_ms;
    this.#put(isOlder ? before : present, now_ms);
    return !isOlder && !isDeepStrictEqual(before, present);
  }

  /** A sign of life. @returns the visitor, if it is one of these */
  see(visitorId: number, now_ms: number): Present | null {
    const entry = this.#entries.get(visitorId);
    if (entry === undefined) return null;
    this.#put(entry.present, now_ms);
    return entry.present;
  }

  /** @returns the site that it left, if it was here */
  leave(visitorId: number): number | null {
    return this.#drop(visitorId)?.siteId ?? null;
  }

  /** Forgets those who are gone. @returns the sites that they left */
  sweep(now_ms: number): ReadonlySet<number> {
    const left = new Set<number>();
    for (const [id, { present, seen_ms }] of this.#entries) {
      if (now_ms - seen_ms <= this.#lifetime_ms) break;
      this.#drop(id);
      left.add(present.siteId);
    }
    return left;
  }

  /** Who came last stands first. */
  of(siteIds: ReadonlySet<number>): readonly Present[] {
    return Array.from(this.#entries.values(), ({ present }) => present)
      .filter(({ siteId }) => siteIds.has(siteId))
      .sort((a, b) => b.arrived_ms - a.arrived_ms || b.visitor.id - a.visitor.id);
  }

  #put(present: Present, seen_ms: number): void {
    const { id } = present.visitor;
    this.#drop(id);
    this.#entries.set(id, { present, seen_ms });
    this.#count(present.siteId, 1);
    if (this.#entries.size > VISITORS_MAX) this.#makeRoom();
  }

  #drop(id: number): Present | null {
    const present = this.#entries.get(id)?.present ?? null;
    if (present === null) return null;
    this.#entries.delete(id);
    this.#count(present.siteId, -1);
    return present;
  }

  #count(siteId: number, more: number): void {
    const count = (this.#counts.get(siteId) ?? 0) + more;
    if (count > 0) this.#counts.set(siteId, count);
    else this.#counts.delete(siteId);
  }

  #makeRoom(): void {
    const [fullest] = [...this.#counts].reduce((a, b) => (b[1] > a[1] ? b : a));
    for (const [id, { present }] of this.#entries) {
      if (present.siteId !== fullest) continue;
      this.#drop(id);
      return;
    }
  }
}
