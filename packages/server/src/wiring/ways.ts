// The ways by which news leave a node and reach it: the own sockets, remote providers, polls, other nodes.
import { type BroadcastHub, createBroadcast } from '../broadcast/broadcast.ts';
import { Feed } from '../broadcast/feed.ts';
import { gathered } from '../broadcast/gathered.ts';
import { ProviderHealth } from '../broadcast/health.ts';
import { type Note, parseNote } from '../broadcast/note.ts';
import type { NodeHooks, Providers } from '../broadcast/providers.ts';
import { tellerOf } from '../broadcast/teller.ts';
import { currentPlace, traceparentOf } from '../current-trace.ts';
import type { Deliver } from '../observe/tracing.ts';
import type { Secret } from '../config/secret.ts';
import type { ConversationQueries } from '../conversation/conversation.queries.ts';
import type { Services } from '../http/services.ts';
import type { WireOptions } from './options.ts';

const TELL_HEADS_DELAY_MS = 200;

/** What other nodes tell this one ends at these. */
export type Hearers = Pick<
  Services,
  'logins' | 'liveVisitors' | 'viewing' | 'availability' | 'webhooks'
>;

export interface Ways {
  readonly feed: Feed;
  readonly providers: Providers;
  readonly health: ProviderHealth;
  readonly broadcast: BroadcastHub;
  /** For the other nodes. */
  readonly tell: (note: Note) => void;
  /** From now on these hear what other nodes tell; until then nobody here knows what it could concern. */
  heardBy(hearers: Hearers): void;
}

export interface WaysOptions extends WireOptions {
  readonly appKey: Secret;
  readonly queries: Pick<ConversationQueries, 'headsOf' | 'currentOf'>;
  /** There are jobs for the remote providers. */
  readonly onJobs: () => void;
}

export function createWays(options: WaysOptions): Ways {
  const { config, logger, clock, random, database, tracing, appKey, queries, onJobs } = options;
  const newRun = (): string => random.token().slice(0, 8);
  const feed = new Feed(newRun());
  let hearers: Hearers | null = null;
  const deliverPlain: Deliver = (events) => {
    feed.publish(events);
  };
  const deliver = tracing?.delivering(deliverPlain) ?? deliverPlain;
  const hooks: NodeHooks = {
    told: (text) => {
      const note = parseNote(text);
      if (note === null) logger.warn('A note of another node is none');
      else if (note.type === 'events') deliver(note.events, note.traceparent);
      else if (note.type === 'forgotten') feed.forget(note.audiences);
      else if (note.type === 'unsaid') tellHeads();
      else if (hearers !== null) hear(hearers, note);
    },
    // What was said meanwhile nobody here has heard: neither events nor who signed out, or is known by now.
    eventsMissed: () => {
      feed.restart(newRun());
      void providers.own?.realtime.greetAgain();
      void hearers?.logins.notesMissed();
      void hearers?.webhooks.look();
    },
    attended: (_appId, channel) => hearers?.viewing.attended(channel),
    watch: tracing?.calls,
  };
  const tellHeads = gathered(TELL_HEADS_DELAY_MS, hooks.eventsMissed);
  const providers = options.providersFor(config, appKey, queries, logger, hooks);
  const tell = tellerOf(providers.own);
  const health = new ProviderHealth(logger, clock);
  // The heads say what nobody published (SYNC-8).
  database.onUnsaid((unsaid) => {
    tellHeads();
    if (unsaid === 'here') tell({ type: 'unsaid' });
  });
  const broadcast = createBroadcast({
    feed,
    own: providers.own,
    remotes: providers.remotes,
    tellEvents: (events) => {
      const place = currentPlace();
      const traced = place === null ? {} : { traceparent: traceparentOf(place) };
      tell({ type: 'events', events, ...traced });
    },
    health,
    onJobs,
    logger,
  });
  return {
    feed,
    providers,
    health,
    broadcast,
    tell,
    heardBy(those) {
      hearers = those;
    },
  };
}

function hear(
  { logins, liveVisitors, viewing, availability, webhooks }: Hearers,
  note: Exclude<Note, { type: 'events' | 'forgotten' | 'unsaid' }>,
): void {
  if (note.type === 'visitors') liveVisitors.take(note.visitors);
  else if (note.type === 'webhooks') void webhooks.look();
  else if (note.type === 'viewing') viewing.take(note.viewing);
  else if (note.type === 'online') availability.take(note.agents);
  else logins.take(note);
}
