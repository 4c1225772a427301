import { describe, expect, test } from 'vitest';
import { parseForm } from './form.ts';
import { isNavigation } from './navigation.ts';
import { addressOf, isOwnOrigin, isSiteOrigin } from './origin.ts';
import { trustFrom } from './trust-proxy.ts';

const request = (host: string, protocol: 'http' | 'https' = 'http') => ({ host, protocol });

describe('[SEC-4] the own origin', () => {
  test.each([
    ['http://chat.example:8000', request('chat.example:8000')],
    ['https://chat.example', request('chat.example', 'https')],
    // TLS ends in a proxy that is not trusted to say so.
    ['https://chat.example', request('chat.example')],
    ['https://public.example', request('10.0.0.7:8000')],
  ])('%s is it', (origin, to) => {
    expect(isOwnOrigin(origin, to, 'https://public.example')).toBe(true);
  });

  test.each([
    ['null', request('chat.example')],
    ['', request('chat.example')],
    ['http://evil.example', request('chat.example')],
    ['http://chat.example.evil.example', request('chat.example')],
    ['http://chat.example:8001', request('chat.example:8000')],
    ['http://chat.example', request('chat.example', 'https')],
    ['http://chat.example/', request('chat.example')],
    ['http://user@chat.example', request('chat.example')],
    ['https://public.example.', request('chat.example')],
    ['http://', request('')],
    ['file://', request('')],
  ])('%j is not', (origin, to) => {
    expect(isOwnOrigin(origin, to, 'https://public.example')).toBe(false);
  });
});

test('origins of a site: none named is any, else exactly those', () => {
  expect(isSiteOrigin('https://any.example', [])).toBe(true);
  const allowed = ['https://shop.example'];
  expect(isSiteOrigin('https://shop.example', allowed)).toBe(true);
  for (const other of [
    'http://shop.example',
    'https://shop.example:8443',
    'https://shop.example.evil',
  ]) {
    expect(isSiteOrigin(other, allowed)).toBe(false);
  }
});

test.each([
  ['chat.example', 'http', { host: 'chat.example', port: 80, scheme: 'http' }],
  ['chat.example', 'https', { host: 'chat.example', port: 443, scheme: 'https' }],
  ['[::1]:8000', 'http', { host: '[::1]', port: 8000, scheme: 'http' }],
  ['a b', 'http', null],
  ['chat.example:99999', 'http', null],
] as const)('the address of a request to %j over %s', (host, protocol, expected) => {
  expect(addressOf({ host, protocol })).toEqual(expected);
});

describe('[SEC-4] X-Forwarded-* is believed of', () => {
  const trusts = (
    trust: Parameters<typeof trustFrom>[0],
    address: string,
    hop: number,
  ): boolean => {
    const made = trustFrom(trust);
    return typeof made === 'function' && made(address, hop);
  };

  test('nobody, by default', () => {
    expect(trustFrom(false)).toBe(false);
  });

  test('one proxy in the private network, and not of whoever comes past it', () => {
    for (const address of ['127.0.0.1', '::1', '::ffff:10.1.2.3', '172.31.0.1', 'fd00::1']) {
      expect(trusts('private', address, 0)).toBe(true);
      expect(trusts('private', address, 1)).toBe(false);
    }
    for (const address of ['203.0.113.7', '::ffff:203.0.113.7', '2001:db8::1', '172.32.0.1']) {
      expect(trusts('private', address, 0)).toBe(false);
    }
  });

  test('those that were named, however a socket writes them', () => {
    const named = ['loopback', '203.0.113.0/24', '2001:db8::7'];
    for (const address of ['127.0.0.1', '::1', '::ffff:203.0.113.9', '2001:db8::7']) {
      expect(trusts(named, address, 3)).toBe(true);
    }
    for (const address of ['10.0.0.1', '203.0.114.1', '2001:db8::8', 'unknown']) {
      expect(trusts(named, address, 0)).toBe(false);
    }
  });

  test('as many as were said', () => {
    expect([0, 1, 2].map((hop) => trusts(2, '203.0.113.7', hop))).toEqual([true, true, false]);
  });
});

describe('a navigation', () => {
  const asks = (accept: string, destination?: string, method = 'GET'): boolean =>
    isNavigation({
      method,
      headers: { accept, ...(destination === undefined ? {} : { 'sec-fetch-dest': destination }) },
    });

  test('is a browser that wants a document', () => {
    const chrome = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    expect(asks(chrome, 'document')).toBe(true);
    expect(asks(chrome)).toBe(true);
    expect(asks(chrome, 'iframe')).toBe(false);
    expect(asks(chrome, 'empty')).toBe(false);
    expect(asks('*/*')).toBe(false);
    expect(asks('application/json')).toBe(false);
    expect(asks('application/x-text/html')).toBe(false);
    expect(asks(chrome, 'document', 'POST')).toBe(false);
  });
});

test('a form is read as Laravel reads it; a name that comes twice is not believed', () => {
  expect(parseForm('socket_id=1.2&channel_name=a%20b')).toEqual({
    socket_id: '1.2',
    channel_name: 'a b',
  });
  expect(parseForm('channels[]=a&channels[]=b')).toEqual({ channels: ['a', 'b'] });
  expect(parseForm('channels[0]=a&channels[1]=b')).toEqual({ channels: ['a', 'b'] });
  expect(parseForm('channels%5B%5D=a')).toEqual({ channels: ['a'] });
  expect(parseForm('socket_id=1.2&socket_id=3.4')).toEqual({ socket_id: ['1.2', '3.4'] });
  expect(Object.keys(parseForm('__proto__=x&constructor=y'))).toEqual(['__proto__', 'constructor']);
});
