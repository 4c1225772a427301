import type { RealtimeConfig } from '@parley/protocol';
import type { AuthorizeChannels } from './channel-authorization.ts';
import type { Environment } from './environment.ts';
import { LatePolling } from './late-polling.ts';
import type { PollingOptions } from './polling-provider.ts';
import { createProviderChain, type ChainHandlers, type ProviderChain } from './provider-chain.ts';
import type { Connect, PusherAddress } from './line.ts';
import { socketConnector } from './socket-line.ts';
import { createSocketProvider } from './socket-provider.ts';

export interface LiveChainOptions {
  readonly environment: Environment;
  readonly config: RealtimeConfig;
  readonly authorize: AuthorizeChannels;
  readonly poll: PollingOptions['poll'];
  readonly handlers: ChainHandlers;
  readonly debug: (line: string) => void;
}

/** How long the answer to a question from memory may take. */
const ASK_ms = 10_000;

/** The provider chain with its real providers, as the server's configuration names them. */
export function createLiveChain(options: LiveChainOptions): ProviderChain {
  const { environment, config, authorize, poll, handlers, debug } = options;
  return createProviderChain({
    environment,
    config,
    handlers,
    debug,
    async askDegraded() {
      const ask = { cursor: null, wait_s: 0, channels: new Set<string>(), timeout_ms: ASK_ms };
      const { degraded = [] } = await poll({ ...ask, signal: new AbortController().signal });
      return degraded;
    },
    createSocket: (name, socketHandlers) =>
      createSocketProvider({
        name,
        environment,
        load: () => (name === 'reverb' ? loadOwn(options) : loadHosted(options)),
        authorize,
        handlers: socketHandlers,
      }),
    createPolling: (pollingHandlers) =>
      new LatePolling({ environment, poll, ...config.polling, handlers: pollingHandlers }),
  });
}

function loadOwn({ environment, config }: LiveChainOptions): Promise<Connect> {
  const { key, host, port, scheme } = config.reverb;
  return Promise.resolve(
    socketConnector({ key, host, port, tls: scheme === 'https' }, environment),
  );
}

/** pusher-js, and what we build around it, come only to pages of sites that use hosted Pusher. */
async function loadHosted({ environment, config }: LiveChainOptions): Promise<Connect> {
  const connectPusher = await environment.loadPusher();
  return connectPusher(hostedAddress(config), environment);
}

function hostedAddress({ pusher }: RealtimeConfig): PusherAddress {
  const { key, cluster, host, port, scheme, encrypted } = pusher;
  const tls = scheme === undefined ? encrypted : scheme === 'https';
  return { key, cluster, host, port, tls };
}
