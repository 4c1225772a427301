import type { Broadcast } from '../cluster/bus.ts';
import { allowsClientEvents } from '../wire/channel-name.ts';
import type { ClientEventFrame } from '../wire/client-frame.ts';
import { ErrorCode } from '../wire/close-code.ts';
import type { Connection } from '../socket/connection.ts';
import { fullBucket, takeToken } from './rate.ts';

type Verdict = { ok: true } | { ok: false; code: ErrorCode; message: string };

/**
 * PP-6: an event from one subscriber to the others.
 *
 * @returns what to pass on, or null after the sender was told why not; its connection lives
 */
export function acceptClientEvent(
  connection: Connection,
  frame: ClientEventFrame,
  now_ms: number,
): Broadcast | null {
  const verdict = judge(connection, frame, now_ms);
  if (!verdict.ok) {
    connection.sendError(verdict.code, verdict.message);
    return null;
  }
  const { app, socketId } = connection;
  const { channel, event, dataJson } = frame;
  const userId = app.channels.get(channel)?.roster?.userOf(socketId);
  app.report({ type: 'client_event', channel, event, dataJson, socketId, userId });
  return {
    appId: app.id,
    channels: [channel],
    event,
    dataJson,
    exceptSocketId: socketId,
    ...(userId === undefined ? {} : { userId }),
  };
}

function judge(connection: Connection, frame: ClientEventFrame, now_ms: number): Verdict {
  const { clientEvents, limits } = connection.app;
  // First of all, so that a stream of rejected events is bounded like one of good ones.
  if (!isWithinRate(connection, now_ms)) {
    return rejected(`More than ${limits.clientEventsPerSecond} client events a second`);
  }
  if (!frame.event.startsWith('client-')) return rejected('Client events must begin with client-');
  if (!clientEvents) return rejected('This app does not allow client events');
  if (frame.event.length > limits.eventNameLengthMax) {
    return rejected(`The name of the event exceeds ${limits.eventNameLengthMax} characters`);
  }
  if (!allowsClientEvents(frame.channel)) {
    return rejected('Client events need a private or presence channel');
  }
  if (Buffer.byteLength(frame.dataJson) > limits.eventDataBytesMax) {
    return rejected(`The data of the event exceeds ${limits.eventDataBytesMax} bytes`);
  }
  if (!connection.channels.has(frame.channel)) {
    const message = 'Not subscribed to this channel';
    return { ok: false, code: ErrorCode.Unauthorized, message };
  }
  return { ok: true };
}

function rejected(message: string): Verdict {
  return { ok: false, code: ErrorCode.ClientEventRejected, message };
}

function isWithinRate(connection: Connection, now_ms: number): boolean {
  const { clientEventsPerSecond } = connection.app.limits;
  connection.clientEvents ??= fullBucket(clientEventsPerSecond, now_ms);
  return takeToken(connection.clientEvents, clientEventsPerSecond, now_ms);
}
