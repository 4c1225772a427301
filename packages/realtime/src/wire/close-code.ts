/**
 * Why the server ends a connection. The hundreds tell pusher-js what to do next (its
 * `Protocol.getCloseAction`): 40xx give up, 41xx come back after a second, 42xx come back at once.
 * 43xx is missing on purpose: as a close, pusher-js takes it for a refusal and gives up.
 */
export const CloseCode = {
  /** There is no app with this key. */
  UnknownApp: 4001,
  /** The app is there, and switched off. */
  DisabledApp: 4003,
  InvalidProtocolVersion: 4006,
  UnsupportedProtocolVersion: 4007,
  /** The page's origin is not allowed, or the application ended the user's connections. */
  Unauthorized: 4009,
  /** Too many connections, or a reader that is too slow: passing, so come back in a while. */
  OverCapacity: 4100,
  /** The server goes away: come back at once, elsewhere or here. */
  Reconnect: 4200,
  /** The client did not answer a ping. */
  PongTimeout: 4201,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/**
 * Codes of a `pusher:error` after which the connection lives. Of these only 4301, 4302 and 4009
 * have a meaning of their own to Pusher; 4300 stands for "any other error" (4300–4399), which no
 * SDK answers with a reconnect.
 */
export const ErrorCode = {
  /** The frame is not one of the protocol's. */
  BadFrame: 4300,
  /** A client event was rejected: by rate, name, size, channel or setting. */
  ClientEventRejected: 4301,
  /** A signed-in user watches too many others: it is signed in and watches none. */
  WatchlistLimit: 4302,
  /** A sign-in was refused, or the socket is not subscribed to the channel that it writes to. */
  Unauthorized: 4009,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];
