import type { App } from './reverb.ts';
import { Secret } from './secret.ts';
import type { Variables } from './variables.ts';

/** Hosted Pusher, or whatever speaks as it does at `PUSHER_HOST`. */
export interface PusherSettings {
  readonly app: App;
  readonly cluster: string;
  /** Whether clients connect over TLS. */
  readonly encrypted: boolean;
  /** Null: the host of the cluster. */
  readonly address: {
    readonly host: string;
    readonly port: number;
    readonly scheme: 'http' | 'https';
  } | null;
}

export function pusherFrom(given: Variables, faults: string[]): PusherSettings | null {
  if (given.BROADCAST_CONNECTION !== 'pusher') return null;
  const missing = (['PUSHER_APP_ID', 'PUSHER_APP_KEY', 'PUSHER_APP_SECRET'] as const).filter(
    (name) => given[name] === undefined,
  );
  faults.push(...missing.map((name) => `${name} is needed with BROADCAST_CONNECTION=pusher`));
  const scheme = given.PUSHER_SCHEME ?? (given.PUSHER_APP_ENCRYPTED === false ? 'http' : 'https');
  return {
    app: {
      id: given.PUSHER_APP_ID ?? '',
      key: given.PUSHER_APP_KEY ?? '',
      secret: given.PUSHER_APP_SECRET ?? new Secret(''),
    },
    cluster: given.PUSHER_APP_CLUSTER,
    encrypted: given.PUSHER_APP_ENCRYPTED ?? scheme === 'https',
    address:
      given.PUSHER_HOST === undefined
        ? null
        : {
            host: given.PUSHER_HOST,
            port: given.PUSHER_PORT ?? (scheme === 'https' ? 443 : 80),
            scheme,
          },
  };
}
