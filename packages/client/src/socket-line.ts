import type { Environment } from './environment.ts';
import { isObject } from './guard.ts';
import { ACTIVITY_ms, type Connect } from './line.ts';

/** Where our own server is. */
export interface SocketAddress {
  readonly key: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/**
 * The Pusher protocol (version 7) as far as Parley needs it, in place of pusher-js where the server
 * is our own: private channels, events, pings, and an honest end. When to try again is not its affair.
 */
export function socketConnector(
  { key, host, port, tls }: SocketAddress,
  { openSocket }: Pick<Environment, 'openSocket'>,
): Connect {
  const literal = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const url = `${tls ? 'wss' : 'ws'}://${literal}:${port}/app/${encodeURIComponent(key)}?protocol=7&client=parley`;
  return (handlers) => {
    let state: 'connecting' | 'connected' | 'over' = 'connecting';
    const send = (event: string, data: object): void => {
      if (state === 'connected') socket.send(JSON.stringify({ event, data }));
    };

    function onFrame(event: string, channel: unknown, data: unknown): void {
      if (event === 'pusher:connection_established') {
        if (state !== 'connecting' || !isObject(data)) return;
        const { socket_id, activity_timeout } = data;
        if (typeof socket_id !== 'string') return;
        state = 'connected';
        handlers.onConnected(socket_id, activityOf(activity_timeout));
      } else if (event === 'pusher:ping') send('pusher:pong', {});
      else if (typeof channel !== 'string') return;
      else if (event === 'pusher_internal:subscription_succeeded') handlers.onSubscribed(channel);
      else if (event === 'pusher:subscription_error')
        handlers.onNotSubscribed(channel, JSON.stringify(data));
      else if (!event.startsWith('pusher')) handlers.onEvent(channel, event, data);
    }

    const socket = openSocket(url, {
      onText(text) {
        if (state === 'over') return;
        handlers.onHeard();
        const frame = parsed(text);
        if (!isObject(frame) || typeof frame['event'] !== 'string') return;
        const { event, channel, data } = frame;
        onFrame(event, channel, typeof data === 'string' ? parsed(data) : data);
      },
      onClose(code, reason) {
        if (state === 'over') return;
        state = 'over';
        handlers.onLost(`connection closed ${code} ${reason}`.trimEnd());
      },
    });
    return {
      subscribe: (channel, auth) => send('pusher:subscribe', { channel, ...auth }),
      unsubscribe: (channel) => send('pusher:unsubscribe', { channel }),
      ping: () => send('pusher:ping', {}),
      close() {
        state = 'over';
        socket.close();
      },
    };
  };
}

/** A server that names none, or nonsense, is asked as often as we think right. */
const activityOf = (told_s: unknown): number =>
  typeof told_s === 'number' && told_s >= 1 ? Math.min(told_s * 1_000, ACTIVITY_ms) : ACTIVITY_ms;

/** What is no JSON stays the text that it is, as in pusher-js. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
