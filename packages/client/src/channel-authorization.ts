import { LIMITS, type ChannelsAuthAnswer } from '@parley/protocol';
import type { ApiError } from './api-error.ts';
import { asApiError } from './http.ts';
import type { SocketProviderName } from './provider.ts';
import type { AuthorizeCallback } from './pusher-client.ts';

/** `POST /broadcasting/auth` for several channels at once. Rejects with ApiError. */
export type AuthorizeChannels = (request: {
  socket_id: string;
  channels: readonly string[];
  provider: SocketProviderName;
}) => Promise<ChannelsAuthAnswer>;

export interface ChannelAuthorizerOptions {
  readonly authorize: AuthorizeChannels;
  readonly provider: SocketProviderName;
  /** Whether the connection that asked is still there; otherwise its answer is of no use. */
  readonly isCurrent: (socketId: string) => boolean;
  readonly onRefused: (channel: string) => void;
  /** 401: the session is gone. */
  readonly onUnauthorized: () => void;
  /** Anything else went wrong; the attempt is lost. */
  readonly onError: (error: ApiError) => void;
}

interface Asked {
  readonly socketId: string;
  readonly channel: string;
  readonly callback: AuthorizeCallback;
}

/**
 * Collects what pusher-js asks for in one tick into one request: after a reconnect it asks again
 * for every channel, each for itself.
 */
export function channelAuthorizer(
  options: ChannelAuthorizerOptions,
): (socketId: string, channel: string, callback: AuthorizeCallback) => void {
  let collected: Asked[] = [];
  return (socketId, channel, callback) => {
    collected.push({ socketId, channel, callback });
    if (collected.length > 1) return;
    queueMicrotask(() => {
      const asked = collected;
      collected = [];
      for (const batch of batches(asked)) void authorizeBatch(options, batch);
    });
  };
}

/** At most as many channels as the server takes at once, all of one connection. */
function batches(asked: readonly Asked[]): Asked[][] {
  const all: Asked[][] = [];
  for (const one of asked) {
    const last = all.at(-1);
    const fits = last !== undefined && last.length < LIMITS.channelsPerAuth;
    if (fits && last[0]?.socketId === one.socketId) last.push(one);
    else all.push([one]);
  }
  return all;
}

async function authorizeBatch(
  options: ChannelAuthorizerOptions,
  batch: readonly Asked[],
): Promise<void> {
  const [first] = batch;
  if (first === undefined) return;
  try {
    const { channels } = await options.authorize({
      socket_id: first.socketId,
      channels: batch.map(({ channel }) => channel),
      provider: options.provider,
    });
    if (!options.isCurrent(first.socketId)) return;
    for (const { channel, callback } of batch) {
      const auth = channels[channel];
      if (auth) callback(null, auth);
      else refuse(options, channel, callback);
    }
  } catch (thrown) {
    if (!options.isCurrent(first.socketId)) return;
    const error = asApiError(thrown);
    if (error.status === 401) options.onUnauthorized();
    else if (error.status === 403) {
      for (const { channel, callback } of batch) refuse(options, channel, callback);
    } else options.onError(error);
  }
}

function refuse(
  options: ChannelAuthorizerOptions,
  channel: string,
  callback: AuthorizeCallback,
): void {
  // Noted first: the callback makes pusher-js report an error that is none to us.
  options.onRefused(channel);
  callback(new Error('refused'), null);
}
