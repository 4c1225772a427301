import { PAGE_LIMITS, type ChannelsAuthAnswer } from '@parley/protocol';
import type { ApiError } from './api-error.ts';
import { asApiError } from './http.ts';
import type { ChannelAuth } from './line.ts';
import type { SocketProviderName } from './provider.ts';

/** `POST /broadcasting/auth` for several channels at once. Rejects with ApiError. */
export type AuthorizeChannels = (request: {
  socket_id: string;
  channels: readonly string[];
  provider: SocketProviderName;
}) => Promise<ChannelsAuthAnswer>;

export interface AuthorizationHandlers {
  /** Whether the connection that asked is still there; otherwise its answer is of no use. */
  readonly isCurrent: () => boolean;
  readonly onAuthorized: (channel: string, auth: ChannelAuth) => void;
  readonly onRefused: (channel: string) => void;
  /** 401: the session is gone. */
  readonly onUnauthorized: () => void;
  /** Anything else went wrong; the attempt is lost. */
  readonly onError: (error: ApiError) => void;
}

/** Asks for all of these channels, in as few requests as the server allows. */
export async function authorizeChannels(
  authorize: AuthorizeChannels,
  provider: SocketProviderName,
  socket_id: string,
  channels: readonly string[],
  handlers: AuthorizationHandlers,
): Promise<void> {
  const { isCurrent, onAuthorized, onRefused } = handlers;
  const now = channels.slice(0, PAGE_LIMITS.channelsPerAuth);
  const later = channels.slice(PAGE_LIMITS.channelsPerAuth);
  if (later.length > 0) {
    void authorizeChannels(authorize, provider, socket_id, later, handlers);
  }
  try {
    const answer = await authorize({ socket_id, channels: now, provider });
    for (const channel of now) {
      // Whoever is told may end the connection.
      if (!isCurrent()) return;
      const auth = answer.channels[channel];
      if (auth) onAuthorized(channel, auth);
      else onRefused(channel);
    }
  } catch (thrown) {
    if (!isCurrent()) return;
    const error = asApiError(thrown);
    if (error.status === 401) handlers.onUnauthorized();
    // Any other 403 is said of who asks, not of these channels.
    else if (error.code === 'forbidden') for (const channel of now) onRefused(channel);
    else handlers.onError(error);
  }
}
