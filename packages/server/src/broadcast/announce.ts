import type { RealtimeConfig, RealtimeProvider } from '@parley/protocol';
import { LIMITS } from '@parley/protocol';
import type { PusherSettings } from '../config/pusher.ts';
import type { Address, App, ReverbSettings } from '../config/reverb.ts';

export interface AnnounceInput {
  readonly reverb: ReverbSettings;
  /** Of the own server; the key is public. */
  readonly app: App | null;
  readonly pusher: PusherSettings | null;
  /** Where the client's own request went. */
  readonly request: Address;
  readonly interval_ms: number;
  /** Providers that take no events at the moment. */
  readonly degraded: readonly RealtimeProvider[];
}

const ANY_ADDRESS = new Set(['0.0.0.0', '::', '[::]']);

/** What a page is told of the ways to receive events (RT-0, RT-1). Pure; no secret is in it. */
export function announce(input: AnnounceInput): RealtimeConfig {
  const reverb = announceReverb(input);
  const pusher = announcePusher(input.pusher);
  const first: RealtimeProvider = pusher.enabled ? 'pusher' : reverb.enabled ? 'reverb' : 'polling';
  return {
    realtimeProvider: first,
    reverb,
    pusher,
    polling: { interval_ms: input.interval_ms, wait_s: LIMITS.wait_s },
    ...(input.degraded.length === 0 ? {} : { degraded: [...input.degraded] }),
  };
}

function announceReverb({ reverb, app, request }: AnnounceInput): RealtimeConfig['reverb'] {
  if (reverb.mode === 'off' || app === null) {
    return { enabled: false, key: '', ...request, heads: false };
  }
  const address = reverb.mode === 'external' ? reverb.address : embeddedAddress(reverb, request);
  return { enabled: true, key: app.key, ...address, heads: reverb.mode === 'embedded' };
}

function embeddedAddress(
  { announced }: Extract<ReverbSettings, { mode: 'embedded' }>,
  request: Address,
): Address {
  const named = announced.host !== undefined && !ANY_ADDRESS.has(announced.host);
  const scheme = announced.scheme ?? request.scheme;
  const usual = scheme === 'https' ? 443 : 80;
  const follows = announced.scheme === undefined || announced.scheme === request.scheme;
  return {
    host: named && announced.host !== undefined ? announced.host : request.host,
    // Without a port of its own it is reached where the request was, if by the same scheme.
    port: announced.port ?? (follows ? request.port : usual),
    scheme,
  };
}

function announcePusher(pusher: PusherSettings | null): RealtimeConfig['pusher'] {
  if (pusher === null) return { enabled: false, key: '', cluster: 'mt1', encrypted: true };
  const { app, cluster, encrypted, address } = pusher;
  return { enabled: true, key: app.key, cluster, encrypted, ...address };
}
