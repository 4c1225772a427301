import * as fc from 'fast-check';
import PusherHttp from 'pusher';
import { describe, expect, test } from 'vitest';
import { findSignatureFault, isBodyDigest, signRequest } from './request-signature.ts';

// The key, secret and calls of Pusher's documentation.
const KEY = '278d425bdf160c739803';
const SECRET = '7ad3773142a6692b25b8';
const EXAMPLE_BODY = Buffer.from(
  '{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}',
);
const EXAMPLE_QUERY = new Map([
  ['auth_key', KEY],
  ['auth_timestamp', '1353088179'],
  ['auth_version', '1.0'],
  ['body_md5', 'ec365a775a4cd0599faeb73354201b6f'],
  ['auth_signature', 'da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c'],
]);
const EXAMPLE = {
  key: KEY,
  secret: SECRET,
  method: 'POST',
  path: '/apps/3/events',
  query: EXAMPLE_QUERY,
  now_s: 1_353_088_179,
};

const sdk = new PusherHttp({ appId: '3', key: KEY, secret: SECRET, host: 'localhost' });

describe('signatures of the HTTP API', () => {
  test('[PP-8] the documented example', () => {
    expect(findSignatureFault(EXAMPLE)).toBeNull();
    expect(isBodyDigest(EXAMPLE_QUERY, EXAMPLE_BODY)).toBe(true);
  });

  test('[PP-8] what the server SDK signs, whatever the parameters', () => {
    const names = fc.stringMatching(/^[a-z][a-z_]{0,12}$/).filter((name) => name !== 'body_md5');
    const values = fc.stringMatching(/^[A-Za-z0-9_\-,.]{0,20}$/);
    fc.assert(
      fc.property(fc.dictionary(names, values), (params) => {
        const call = { method: 'GET', path: '/apps/3/channels', params, body: '' };
        const query = new Map(new URLSearchParams(sdk.createSignedQueryString(call)));
        const now_s = Number(query.get('auth_timestamp'));
        const fault = findSignatureFault({ ...EXAMPLE, ...call, query, now_s });
        expect(fault).toBeNull();
      }),
    );
  });

  test('[PP-8] parameters are named in lower case and sorted', () => {
    const query = new Map([...EXAMPLE_QUERY].reverse().map(([k, v]) => [k.toUpperCase(), v]));
    expect(signRequest(SECRET, 'post', '/apps/3/events', query)).toBe(
      EXAMPLE_QUERY.get('auth_signature'),
    );
  });

  test('[PP-8] a timestamp may be 600 s off, in either direction, and no more', () => {
    const at = (offset_s: number): string | null =>
      findSignatureFault({ ...EXAMPLE, now_s: EXAMPLE.now_s + offset_s });
    expect([at(-600), at(600)]).toEqual([null, null]);
    expect([at(-601), at(601)]).toEqual([
      expect.stringContaining('auth_timestamp'),
      expect.stringContaining('auth_timestamp'),
    ]);
  });

  test.each([
    ['auth_key', 'other'],
    ['auth_version', '2.0'],
    ['auth_timestamp', '1353088179.0'],
    ['auth_timestamp', 'NaN'],
    ['auth_signature', ''],
    ['auth_signature', 'ä'.repeat(32)],
    ['body_md5', 'ec365a775a4cd0599faeb73354201b6e'],
    ['more', 'than was signed'],
  ])('[PP-8] refused with %s=%s', (name, value) => {
    const query = new Map(EXAMPLE_QUERY).set(name, value);
    expect(findSignatureFault({ ...EXAMPLE, query })).toBeTypeOf('string');
  });

  test.each(['auth_key', 'auth_version', 'auth_timestamp', 'auth_signature', 'body_md5'])(
    '[PP-8] refused without %s',
    (name) => {
      const query = new Map(EXAMPLE_QUERY);
      query.delete(name);
      expect(findSignatureFault({ ...EXAMPLE, query })).toBeTypeOf('string');
    },
  );

  test('[PP-8] another method or path is another call', () => {
    expect(findSignatureFault({ ...EXAMPLE, method: 'PUT' })).toBeTypeOf('string');
    expect(findSignatureFault({ ...EXAMPLE, path: '/apps/4/events' })).toBeTypeOf('string');
  });

  test('[PP-8] the digest is of the bytes, and may lack only where there are none', () => {
    expect(isBodyDigest(EXAMPLE_QUERY, Buffer.concat([EXAMPLE_BODY, Buffer.from(' ')]))).toBe(
      false,
    );
    expect(isBodyDigest(new Map(), EXAMPLE_BODY)).toBe(false);
    expect(isBodyDigest(new Map(), Buffer.alloc(0))).toBe(true);
  });
});
