import {
  createRealtime,
  type RealtimeLogger,
  type RealtimeOptions,
  type RealtimeServer,
} from '@parley/realtime';
import type { Config } from '../config/config.ts';
import { type App, completeApp } from '../config/reverb.ts';
import type { Secret } from '../config/secret.ts';
import type { ConversationQueries } from '../conversation/conversation.queries.ts';
import { admissionOf } from '../http/blocked.ts';
import { createGreeter } from './greet.ts';
import type { Remote } from './publication.ts';
import { realtimeOptions } from './realtime-options.ts';
import { externalPublisher, pusherPublisher, type RemotePublisher } from './remote.ts';

/** The ways by which events leave, as the configuration wants them (RT-0). */
export interface Providers {
  /** The Pusher-protocol server in this process; null where there is none. */
  readonly own: { readonly realtime: RealtimeServer; readonly appId: string } | null;
  readonly remotes: ReadonlyMap<Remote, RemotePublisher>;
  /** Whose signature each provider expects for a channel, first choice first. */
  readonly channelApps: ReadonlyMap<'pusher' | 'reverb', App>;
}

/** What the other nodes, the sockets and the calls of backends cause here. */
export type NodeHooks = Required<
  Pick<RealtimeOptions, 'told' | 'eventsMissed' | 'attended' | 'watch'>
>;

export function createProviders(
  config: Pick<Config, 'reverb' | 'pusher' | 'blockedAddresses' | 'trustProxy'>,
  appKey: Secret,
  queries: Pick<ConversationQueries, 'headsOf' | 'currentOf'>,
  logger: RealtimeLogger,
  hooks: NodeHooks,
): Providers {
  const { reverb, pusher } = config;
  const remotes = new Map<Remote, RemotePublisher>();
  const channelApps = new Map<'pusher' | 'reverb', App>();
  if (pusher !== null) {
    remotes.set('pusher', pusherPublisher(pusher));
    channelApps.set('pusher', pusher.app);
  }
  switch (reverb.mode) {
    case 'off':
      return { own: null, remotes, channelApps };
    case 'external':
      remotes.set('reverb-external', externalPublisher(reverb.app, reverb.address));
      channelApps.set('reverb', reverb.app);
      return { own: null, remotes, channelApps };
    case 'embedded': {
      const app = completeApp(reverb.app, appKey);
      channelApps.set('reverb', app);
      const greet = createGreeter(queries);
      const own = { ...app, settings: reverb.settings };
      const realtime = createRealtime({
        ...realtimeOptions([own], reverb.server, logger),
        ...hooks,
        admits: admissionOf(config),
        greet,
      });
      return { own: { realtime, appId: app.id }, remotes, channelApps };
    }
  }
}
