import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { platform } from './platform.ts';
import { socketConnector } from './socket-line.ts';

/** A machine that does much else is slow, and not wrong. */
const PATIENT = { timeout: 20_000 };

const GREETING = '{"socket_id":"1.2","activity_timeout":20}';

/** What a server or a proxy may send, and what a line makes of it. */
const RUBBISH = [
  'no JSON',
  'null',
  '[]',
  '"pusher:ping"',
  '{"event":7}',
  '{"event":"pusher:connection_established"}',
  '{"event":"pusher:connection_established","data":"{"}',
  '{"event":"pusher:connection_established","data":{"socket_id":7}}',
  '{"event":"__proto__","channel":{}}',
  '{"event":"pusher_internal:subscription_succeeded","channel":["a"]}',
  '{"event":"ChatTyping"}',
];

test('rubbish is passed by; pings are answered; data may be text or JSON; the end is told once', async ({
  onTestFinished,
}) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => {
    server.close();
  });
  const received: unknown[] = [];
  server.on('connection', (socket, { url }) => {
    received.push(url);
    socket.on('message', (frame: Buffer) => received.push(JSON.parse(frame.toString('utf8'))));
    for (const frame of RUBBISH) socket.send(frame);
    socket.send(Buffer.from('{"event":"Binary","channel":"a"}'));
    const event = 'pusher:connection_established';
    for (const data of [GREETING, '{"socket_id":"3.4"}'])
      socket.send(JSON.stringify({ event, data }));
    socket.send('{"event":"pusher:ping","data":{}}');
    socket.send('{"event":"Text","channel":"a","data":"plain"}');
    socket.send('{"event":"Json","channel":"a","data":"{\\"n\\":1}"}');
  });
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const told: unknown[][] = [];
  const tell =
    (name: string) =>
    (...args: unknown[]): void => {
      told.push([name, ...args]);
    };
  const connect = socketConnector({ key: 'a/b', host: '127.0.0.1', port, tls: false }, platform());
  const line = connect({
    onConnected: tell('connected'),
    onHeard: () => undefined,
    onSubscribed: tell('subscribed'),
    onNotSubscribed: tell('not subscribed'),
    onEvent: tell('event'),
    onLost: tell('lost'),
  });
  // Not connected yet: there is nobody to say it to.
  line.ping();
  await vi.waitFor(() => expect(told).toHaveLength(3), PATIENT);
  line.subscribe('a', { auth: 'k:s' });
  await vi.waitFor(() => expect(received).toHaveLength(3), PATIENT);
  for (const socket of server.clients) socket.close(4200, 'elsewhere');
  await vi.waitFor(() => expect(told).toHaveLength(4), PATIENT);
  line.close();
  expect(told).toEqual([
    ['connected', '1.2', 20_000],
    ['event', 'a', 'Text', 'plain'],
    ['event', 'a', 'Json', { n: 1 }],
    ['lost', 'connection closed 4200 elsewhere'],
  ]);
  expect(received).toEqual([
    '/app/a%2Fb?protocol=7&client=parley',
    { event: 'pusher:pong', data: {} },
    { event: 'pusher:subscribe', data: { channel: 'a', auth: 'k:s' } },
  ]);
});
