/** What went through the sockets of one server since it started. Plain counters: they are hot. */
export interface Traffic {
  connectionsOpened: number;
  /** By close code; 0 where the connection was lost without one. */
  readonly connectionsClosed: Map<number, number>;
  /** Messages of clients, and their bytes, headers of frames included. */
  messagesReceived: number;
  bytesReceived: number;
  /** Frames handed to sockets, once for each receiver. */
  framesSent: number;
  bytesSent: number;
  /** Closed because they read too slowly. */
  slowReaders: number;
}

export function newTraffic(): Traffic {
  return {
    connectionsOpened: 0,
    connectionsClosed: new Map(),
    messagesReceived: 0,
    bytesReceived: 0,
    framesSent: 0,
    bytesSent: 0,
    slowReaders: 0,
  };
}
