/** What one app may use. Sizes in bytes of UTF-8, lengths in characters. */
export interface AppLimits {
  /** Open sockets at once; one more is closed with 4100 and may come back. */
  connectionsMax: number;
  channelsPerConnectionMax: number;
  /** Occupied channels at once of those that ask for a signature, and never more public ones. */
  channelsMax: number;
  /** Occupied public channels at once: anybody opens them, and each takes 1 KB. */
  publicChannelsMax: number;
  eventNameLengthMax: number;
  /** Data of one event, from the HTTP API or from a client. Pusher: 10 KB. */
  eventDataBytesMax: number;
  channelsPerEventMax: number;
  eventsPerBatchMax: number;
  /** Messages of one connection, of whatever kind. Null: as many as it likes. */
  messageRate: MessageRate | null;
  /** Client events of one connection, as a steady rate and as the burst above it. */
  clientEventsPerSecond: number;
  /** Distinct users on one presence channel. Each joiner is sent all of them. */
  presenceMembersMax: number;
  presenceUserIdLengthMax: number;
  presenceUserInfoBytesMax: number;
  /** Users that one signed-in user may watch. */
  watchlistMax: number;
  /** Cache channels whose last event is kept; above, the oldest is forgotten. */
  cachedEventsMax: number;
  /** Memory that all those events take; above, the oldest are forgotten. */
  cachedBytesMax: number;
  /** Milliseconds from one count of a channel's subscribers to the next that they are told. */
  subscriptionCountInterval_ms: number;
}

/** As Laravel Reverb limits it: what is too much is not looked at, and answered by 4301. */
export interface MessageRate {
  /** At once after a pause, and in each span of {@link window_ms}. */
  max: number;
  window_ms: number;
  /** Whether whoever sends more is closed, too, with 4100. */
  closes: boolean;
}

/** What the whole server may use; the part of {@link AppLimits} is the default of every app. */
export interface RealtimeLimits extends AppLimits {
  /** A longer message from a client closes its socket with 1009. */
  frameBytesMax: number;
  /** A message in more pieces closes its socket with 1008. */
  fragmentsMax: number;
  /** Bytes waiting for a reader that is too slow; above, its socket is closed with 4100. */
  sendBufferBytesMax: number;
  /** Body of a call of the HTTP API. */
  requestBodyBytesMax: number;
  /** Milliseconds that a client has to answer the server's close before its socket is cut. */
  closeTimeout_ms: number;
}

export const DEFAULT_LIMITS: RealtimeLimits = {
  connectionsMax: 100_000,
  channelsPerConnectionMax: 1_000,
  channelsMax: 1_000_000,
  publicChannelsMax: 100_000,
  eventNameLengthMax: 200,
  eventDataBytesMax: 10 * 1024,
  channelsPerEventMax: 100,
  eventsPerBatchMax: 10,
  messageRate: null,
  clientEventsPerSecond: 10,
  presenceMembersMax: 100,
  presenceUserIdLengthMax: 128,
  presenceUserInfoBytesMax: 1024,
  watchlistMax: 100,
  cachedEventsMax: 10_000,
  cachedBytesMax: 16 * 1024 * 1024,
  subscriptionCountInterval_ms: 1_000,
  frameBytesMax: 32 * 1024,
  fragmentsMax: 64,
  sendBufferBytesMax: 1024 * 1024,
  requestBodyBytesMax: 1024 * 1024,
  closeTimeout_ms: 2_000,
};
