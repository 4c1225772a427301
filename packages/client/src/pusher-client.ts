/**
 * What we use of pusher-js, as a structural type: the real class satisfies it (checked where it is
 * loaded), and so does a simulated one.
 */
export interface PusherConnection {
  readonly state: string;
  readonly socket_id: string;
  /** Turned on for good by a close with 4000, also where the server has no TLS. */
  readonly usingTLS: boolean;
  bind(event: string, callback: (data: unknown) => void): unknown;
  send_event(name: string, data: unknown): boolean;
}

export interface PusherChannel {
  bind(event: string, callback: (data: unknown) => void): unknown;
  bind_global(callback: (event: string, data: unknown) => void): unknown;
  unbind_all(): unknown;
  unbind_global(): unknown;
}

export interface PusherClient {
  readonly connection: PusherConnection;
  /** pusher-js's own log: the only place where it tells that an attempt to connect failed. */
  readonly timeline: {
    log(level: unknown, event: unknown): void;
    /** Sockets are numbered; this is the number of the newest. */
    readonly uniqueID: number;
  };
  connect(): void;
  disconnect(): void;
  subscribe(channel: string): PusherChannel;
  unsubscribe(channel: string): void;
}

export type AuthorizeCallback = (
  error: Error | null,
  data: { auth: string; channel_data?: string | undefined } | null,
) => void;

export interface PusherOptions {
  cluster: string;
  wsHost?: string;
  wsPort?: number;
  wssPort?: number;
  forceTLS: boolean;
  enabledTransports: ('ws' | 'wss')[];
  enableStats: boolean;
  activityTimeout: number;
  pongTimeout: number;
  channelAuthorization: {
    transport: 'ajax';
    endpoint: string;
    customHandler: (
      asked: { socketId: string; channelName: string },
      callback: AuthorizeCallback,
    ) => void;
  };
}

export type PusherClass = new (key: string, options: PusherOptions) => PusherClient;
