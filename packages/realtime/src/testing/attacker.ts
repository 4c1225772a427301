// Attacks a server until it is killed: `node attacker.ts PORT KEY ATTACK`. A process of its own, so
// that what it burns is not taken for what the server burns.
import { connect, type Socket } from 'node:net';
import { clientFrame, clientText } from './client-frames.ts';
import { Opcode } from '../websocket/frame.ts';

const [port = '', key = '', name = ''] = process.argv.slice(2);

/** Bytes that are written again and again, as fast as the server reads. */
interface Attack {
  sockets: number;
  /** Default: a plain upgrade. */
  opening?: Buffer;
  /** Once, after the upgrade. */
  first?: Buffer;
  /** Without end; nothing: it stays silent. */
  flood?: Buffer;
  /** It never reads. */
  deaf?: true;
  /** Opened again as soon as it was closed. */
  again?: true;
}

const upgradeLines = [
  `GET /app/${key}?protocol=7 HTTP/1.1`,
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Version: 13',
];
const head = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
const times = (count: number, make: (n: number) => Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, n) => make(n)));
const subscribe = (channel: unknown): Buffer =>
  clientText(JSON.stringify({ event: 'pusher:subscribe', data: { channel } }));

const attacks: Record<string, Attack> = {
  'half-open sockets': { sockets: 500, deaf: true },
  'sockets that say nothing at all': { sockets: 500, opening: Buffer.alloc(0) },
  'upgrades without end': { sockets: 20, again: true, flood: Buffer.from('x') },
  'a slow reader of a busy channel': { sockets: 20, first: subscribe('busy'), deaf: true },
  'pieces without end': {
    sockets: 5,
    again: true,
    first: clientFrame(Opcode.Text, Buffer.alloc(1), { fin: false }),
    flood: times(500, () => clientFrame(Opcode.Continuation, Buffer.alloc(0), { fin: false })),
  },
  '10,000 header lines': {
    sockets: 10,
    again: true,
    opening: head([...upgradeLines, ...Array.from({ length: 10_000 }, (_, n) => `X-${n}: y`)]),
  },
  'a header without end': {
    sockets: 10,
    again: true,
    opening: Buffer.from('GET /app/x HTTP/1.1\r\nX: '),
    flood: Buffer.alloc(16_384, 'a'),
  },
  'giant frames': {
    sockets: 10,
    again: true,
    first: Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
    flood: Buffer.alloc(65_536),
  },
  'the largest frames that are let through': {
    sockets: 5,
    flood: clientText(`{"event":"client-x","channel":"private-x","data":"${'x'.repeat(32_000)}"}`),
  },
  'binary frames': {
    sockets: 10,
    flood: times(20, () => clientFrame(Opcode.Binary, Buffer.alloc(1_000))),
  },
  'text that is no UTF-8': {
    sockets: 10,
    again: true,
    flood: clientFrame(Opcode.Text, Buffer.from([0xff, 0xfe])),
  },
  'deep JSON': {
    sockets: 5,
    flood: clientText(
      `{"event":"client-x","channel":"private-x","data":${'['.repeat(15_000)}${']'.repeat(15_000)}}`,
    ),
  },
  'wrong types in every field': {
    sockets: 10,
    flood: Buffer.concat(
      [
        { event: {} },
        { event: 'pusher:subscribe', data: [] },
        { event: 'pusher:subscribe', data: { channel: {}, auth: [], channel_data: 1 } },
        { event: 'pusher:signin', data: { auth: {}, user_data: [] } },
        { event: 'pusher:unsubscribe', data: { channel: null } },
        { event: 'client-x', channel: 7, data: null },
        { event: '__proto__', channel: 'constructor' },
      ].map((frame) => clientText(JSON.stringify(frame))),
    ),
  },
  'subscriptions without end': {
    sockets: 5,
    flood: times(2_000, (n) => subscribe(`channel-${process.pid}-${n}`)),
  },
  'coming and going on a busy channel': {
    sockets: 10,
    flood: times(100, () =>
      Buffer.concat([
        subscribe('busy'),
        clientText('{"event":"pusher:unsubscribe","data":{"channel":"busy"}}'),
      ]),
    ),
  },
  'pings without end, unread': {
    sockets: 10,
    deaf: true,
    again: true,
    flood: times(200, () => clientFrame(Opcode.Ping, Buffer.alloc(125))),
  },
  'client events without end': {
    sockets: 10,
    flood: times(100, () => clientText('{"event":"client-x","channel":"private-x","data":"x"}')),
  },
};

function open(attack: Attack): void {
  const socket = connect(Number(port), '127.0.0.1');
  // A server that cuts us off is what is hoped for.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    if (attack.again) setTimeout(() => open(attack), 1);
  });
  if (!attack.deaf) socket.resume();
  socket.write(attack.opening ?? head(upgradeLines));
  if (attack.first) socket.write(attack.first);
  if (attack.flood) pour(socket, attack.flood);
}

function pour(socket: Socket, bytes: Buffer): void {
  const more = (): void => {
    for (let n = 0; n < 16 && !socket.destroyed; n += 1) if (!socket.write(bytes)) return;
    setImmediate(more);
  };
  socket.on('drain', more);
  more();
}

const attack = attacks[name];
if (attack === undefined) {
  process.stdout.write(`${JSON.stringify(Object.keys(attacks))}\n`);
} else {
  for (let n = 0; n < attack.sockets; n += 1) open(attack);
  // Sockets that are not read from do not keep a process alive.
  setInterval(() => undefined, 60_000);
}
