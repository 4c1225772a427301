/** A provider that holds a connection open: hosted Pusher, or the own Pusher-protocol server. */
export type SocketProviderName = 'pusher' | 'reverb';

export type SocketStatus =
  | { readonly kind: 'connecting'; readonly attempt: number }
  /** Connected, and every wanted channel subscribed. */
  | { readonly kind: 'subscribed' }
  /** The attempt failed or the connection was lost; the next attempt comes by itself. */
  | { readonly kind: 'waiting'; readonly reason: string; readonly delay_ms: number };

export interface SocketHandlers {
  onStatus(status: SocketStatus): void;
  /** A wanted channel is subscribed, also again after a loss. */
  onSubscribed(channel: string): void;
  onEvent(channel: string, event: string, data: unknown): void;
  /** The server does not let this session hear the channel. */
  onRefused(channel: string): void;
  /** The server does not know the session. */
  onUnauthorized(): void;
}

/** Once started it tries for ever, until it is stopped. */
export interface SocketProvider {
  readonly name: SocketProviderName;
  start(): void;
  stop(): void;
  /** Tries at once where it waits; asks for a sign of life where it is subscribed. */
  kick(): void;
  /** The channels that are wanted from now on. */
  follow(channels: ReadonlySet<string>): void;
}
