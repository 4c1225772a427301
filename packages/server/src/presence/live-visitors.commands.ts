import { channelName, type Page, type Visitor } from '@parley/protocol';
import { inboxAudience } from '../broadcast/audience.ts';
import type { BroadcastHub } from '../broadcast/broadcast.ts';
import type { Note } from '../broadcast/note.ts';
import type { Providers } from '../broadcast/providers.ts';
import type { Clock } from '../context.ts';
import { visitorOfOwner } from '../http/owner.ts';
import type { Site } from '../site/site.ts';
import { LiveVisitors, type Present } from './live-visitors.ts';

export interface LiveVisitorsOptions {
  readonly broadcast: Pick<BroadcastHub, 'publishPassing'>;
  readonly own: Providers['own'];
  /** To the other nodes. */
  readonly tell: (note: Note) => void;
  /** Whether sockets of visitors may end elsewhere: on hosted Pusher, or another server. */
  readonly socketsElsewhere: boolean;
  readonly clock: Clock;
}

/** Who is on which page now; nothing of it is kept. */
export interface LiveVisitorsCommands {
  /** A page of the site told where its visitor is. */
  arrived(site: Site, visitor: Visitor, page: Page | undefined): void;
  /** A poll of a visitor is as good as a socket. */
  polled(visitorId: number): void;
  /** It became another visitor. */
  left(visitorId: number): void;
  /** For an agent who looks, and is told of changes for a while from now on. */
  watch(siteIds: readonly number[]): readonly Present[];
  /** What other nodes told. */
  take(visitors: readonly Present[]): void;
  /** Looks who is still there, and tells who changed. To be called every {@link BEAT_MS}. */
  beat(): void;
}

export const BEAT_MS = 2_000;
/** With a beat, and the time in which a page is changed for another, well within 40 s. */
const LIFETIME_MS = 30_000;
/** Where it is not known here when a socket ends, who reads a page for long would seem gone. */
const BLIND_LIFETIME_MS = 10 * 60_000;
/** Longer than a dashboard takes to ask again by itself. */
const WATCHED_MS = 90_000;
/** How often a node tells the others who is connected to it: a few times in a life. */
const TELL_EVERY_BEATS = 5;
/** Addresses and titles may be long; a note stays far below what the bus takes. */
const VISITORS_PER_NOTE = 20;

export function createLiveVisitors(options: LiveVisitorsOptions): LiveVisitorsCommands {
  const { broadcast, own, tell, clock } = options;
  const here = new LiveVisitors(options.socketsElsewhere ? BLIND_LIFETIME_MS : LIFETIME_MS);
  const changed = new Set<number>();
  /** By site: until when somebody wants to hear of changes. */
  const watched = new Map<number, number>();
  let beats = 0;

  /** Whose sockets are on this node. */
  function connected(): readonly Present[] {
    const owners = own?.realtime.owners(own.appId) ?? [];
    return owners.flatMap((owner) => {
      const visitorId = visitorOfOwner(owner);
      const present = visitorId === null ? null : here.see(visitorId, clock.now_ms());
      return present === null ? [] : [present];
    });
  }

  function publish(): void {
    const wanted = [...changed].filter((siteId) => (watched.get(siteId) ?? 0) > clock.now_ms());
    changed.clear();
    if (wanted.length === 0) return;
    broadcast.publishPassing(
      wanted.map((siteId) => ({
        channel: channelName({ kind: 'site-inbox', siteId }),
        event: 'ChatVisitorsChanged',
        data: JSON.stringify({ site_id: siteId }),
        audience: inboxAudience(siteId),
        conversationId: null,
      })),
    );
  }

  const left = (visitorId: number): void => {
    const siteId = here.leave(visitorId);
    if (siteId !== null) changed.add(siteId);
  };

  return {
    arrived(site, visitor, page) {
      if (!site.settings.live_visitors) return left(visitor.id);
      if (page === undefined) return;
      const present = here.arrive({ siteId: site.id, visitor, page }, clock.now_ms());
      if (present === null) return;
      changed.add(site.id);
      tell({ type: 'visitors', visitors: [present] });
    },
    polled(visitorId) {
      here.see(visitorId, clock.now_ms());
    },
    left,
    watch(siteIds) {
      for (const siteId of siteIds) watched.set(siteId, clock.now_ms() + WATCHED_MS);
      return here.of(new Set(siteIds));
    },
    take(visitors) {
      for (const present of visitors) {
        if (here.take(present, clock.now_ms())) changed.add(present.siteId);
      }
    },
    beat() {
      beats += 1;
      if (here.size > 0) {
        const mine = connected();
        for (const siteId of here.sweep(clock.now_ms())) changed.add(siteId);
        if (beats % TELL_EVERY_BEATS === 0) {
          for (let at = 0; at < mine.length; at += VISITORS_PER_NOTE) {
            tell({ type: 'visitors', visitors: mine.slice(at, at + VISITORS_PER_NOTE) });
          }
        }
      }
      publish();
    },
  };
}
