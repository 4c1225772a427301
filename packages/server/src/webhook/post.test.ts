import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { isNetwork, isRefused } from './address.ts';
import { post, type Resolve } from './post.ts';

let canary: Receiver;
let port: string;
beforeAll(async () => {
  canary = await startReceiver();
  ({ port } = new URL(canary.url));
});
afterEach(() => {
  canary.received.length = 0;
  canary.answer = (_request, response) => response.writeHead(204).end();
});
afterAll(() => canary.stop());

const to = (...addresses: string[]): Resolve => {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return () => Promise.resolve(found);
};
const LOOPBACK = ['127.0.0.0/8'];

test('[SEC-4] this machine is not reached, however its address is written', async () => {
  const hosts = `
    127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 017700000001 0177.0.0.1
    0300.0250.0.1 127.0.0.1. 0 0.0.0.0 １２７.０.０.１ 127。0。0。1 %31%32%37.0.0.1 localhost
    LOCALHOST ⓛⓞⓒⓐⓛⓗⓞⓢⓣ ①②⑦.0.0.1 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1]
    [0:0:0:0:0:ffff:7f00:0001] [::127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b:1::7f00:1]
    [2002:7f00:1::] [fe80::1] [fd00:ec2::254] [ff02::1] 169.254.169.254
    [::ffff:a9fe:a9fe] 100.100.100.200 168.63.129.16 192.0.0.192 10.0.0.1 172.31.255.255`;
  for (const host of hosts.trim().split(/\s+/)) {
    const outcome = await post(`http://${host}:${port}/`, {}, '{}', { allowed: [] });
    expect(outcome, host).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('private network') as string,
    });
  }
  expect(canary.received).toEqual([]);
  // It could have been: the same door, opened.
  const outcome = await post(`http://2130706433:${port}/`, {}, '{}', { allowed: LOOPBACK });
  expect(outcome).toMatchObject({ state: 'answered', status: 204 });
  expect(canary.received).toHaveLength(1);
});

test('[SEC-4] a name is asked for once, and the connection goes to the address that was looked at', async () => {
  let asked = 0;
  // Of a name that does not exist: only what was answered here can be what is reached.
  const url = `http://rebound.invalid:${port}/in`;
  const changing: Resolve = () => to(asked++ === 0 ? '127.0.0.1' : '127.0.0.2')('');
  expect(await post(url, {}, '{}', { allowed: LOOPBACK, resolve: changing })).toMatchObject({
    status: 204,
  });
  expect(asked).toBe(1);
  expect(canary.received[0]?.headers.host).toBe(`rebound.invalid:${port}`);

  const good = '93.184.215.14';
  for (const addresses of [['127.0.0.1'], [good, '127.0.0.1'], [good, '::ffff:10.0.0.1'], []]) {
    const outcome = await post(url, {}, '{}', { allowed: [], resolve: to(...addresses) });
    expect(outcome.state, String(addresses)).toBe('failed');
  }
  expect(canary.received).toHaveLength(1);
});

test('[SEC-4] redirects are not followed, long answers not read, slow ones not waited for', async () => {
  const options = { allowed: LOOPBACK };
  canary.answer = (_request, response) =>
    response.writeHead(307, { location: `${canary.url}/elsewhere` }).end('moved');
  expect(await post(canary.url, {}, '{}', options)).toMatchObject({ status: 307, answer: 'moved' });
  expect(canary.received).toHaveLength(1);

  let isCut = false;
  canary.answer = (_request, response) => {
    response.on('close', () => {
      isCut = true;
    });
    const more = (): void => {
      if (response.write('é\u0000'.repeat(50_000))) setImmediate(more);
      else response.once('drain', more);
    };
    response.writeHead(200);
    more();
  };
  const endless = await post(canary.url, {}, '{}', options);
  expect(endless).toMatchObject({ status: 200 });
  expect(endless.state === 'answered' && endless.answer).toMatch(/^é{300,}�?$/);
  await expect.poll(() => isCut).toBe(true);

  canary.answer = () => undefined;
  expect(await post(canary.url, {}, '{}', { ...options, timeout_ms: 50 })).toMatchObject({
    state: 'failed',
    error: 'No answer within 0.05 s',
  });
  // The beginning of an answer is one, even if its end never comes.
  canary.answer = (_request, response) =>
    response.writeHead(202).write('taken', () => setImmediate(() => response.destroy()));
  expect(await post(canary.url, {}, '{}', options)).toMatchObject({
    status: 202,
    answer: 'taken',
  });
  const never: Resolve = () => new Promise(() => undefined);
  const slow = { ...options, timeout_ms: 50, resolve: never };
  expect((await post('http://slow.invalid/', {}, '{}', slow)).state).toBe('failed');
});

test('what an installation allows is reached, and nothing beside it', () => {
  fc.assert(
    fc.property(fc.nat(255), fc.nat(255), fc.ipV6(), (a, b, v6) => {
      for (const address of [`10.0.${a}.${b}`, `192.168.${a}.${b}`, `127.${a}.${b}.1`]) {
        const bytes = address.split('.').map(Number);
        const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
        const mapped = `::ffff:${hex.slice(0, 4)}:${hex.slice(4)}`;
        expect(isRefused(address, [])).toBe(true);
        expect(isRefused(mapped, [])).toBe(true);
        const isOne = address.startsWith('10.0.');
        expect(isRefused(address, ['10.0.0.0/16', 'fd00::/8'])).toBe(!isOne);
        expect(isRefused(mapped, ['10.0.0.0/16', 'fd00::/8'])).toBe(!isOne);
        expect(isRefused(address, 'all')).toBe(false);
      }
      // The only IPv6 addresses of the internet begin with 2 or 3.
      const plain = new URL(`http://[${v6}]`).hostname.slice(1, -1);
      const isGlobal = /^[23][\da-f]{3}:/.test(plain);
      if (!isGlobal && !plain.startsWith('::ffff:')) expect(isRefused(v6, [])).toBe(true);
    }),
  );
  expect(isRefused('93.184.215.14', [])).toBe(false);
  expect(isRefused('2606:2800:21f:cb07::1', [])).toBe(false);
  for (const odd of ['', 'x', '1.2.3', 'fe80::1%eth0', '::ffff:1.2.3.4%1', '01.2.3.4']) {
    expect(isRefused(odd, 'all'), odd).toBe(true);
  }
  expect(['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'].every(isNetwork)).toBe(true);
  expect(['10.0.0.0/33', 'x', '::/129', '1.2.3.4/', 'fe80::1%a'].some(isNetwork)).toBe(false);
});
