/*
 * What an attacker puts where a value is expected. JSON values are given as they stand on the wire,
 * for half of them no JavaScript value has that form.
 */

/** `type`: as JSON Schema names it, so that it is known where the value cannot be right. */
export interface HostileJson {
  readonly type: 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';
  readonly raw: string;
}

const zalgo = `Z${'\u0336\u0310\u0489'.repeat(60)}`;

const TEXTS: readonly string[] = [
  '',
  ' ',
  '-1',
  '\u0000',
  'a\u0000b',
  '\uD800',
  'a\uDFFFb',
  zalgo,
  'invoice\u202Egpj.exe',
  '\u2028\u2029\uFEFF',
  '\uFFFE\uFFFF\u{10FFFF}',
  '👩‍👩‍👧‍👦'.repeat(20),
  'İıſK',
  '__proto__',
  'constructor',
  "' OR 1=1 --",
  '"; DROP TABLE messages; --',
  String.raw`\x00\u0000%00`,
  '${7*7}{{7*7}}<%= 7*7 %>',
  '<img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  'a\r\nBcc: everybody@x.example\r\n\r\n.',
  '../../../../etc/passwd',
  'file:///etc/passwd',
  'x'.repeat(251),
  'x'.repeat(252),
  'x'.repeat(253),
  '語'.repeat(252),
  'x'.repeat(20_000),
];

export const HOSTILE_JSON: readonly HostileJson[] = [
  { type: 'null', raw: 'null' },
  { type: 'boolean', raw: 'true' },
  ...['-1', '0', '-0', '1.5', '1e400', '1e-400', '9007199254740993', '-9007199254740993'].map(
    (raw): HostileJson => ({ type: 'number', raw }),
  ),
  { type: 'number', raw: '9'.repeat(400) },
  ...['[]', '["a"]', '[null]', '[[[["a"]]]]', `[${'"a",'.repeat(3_000)}"a"]`].map(
    (raw): HostileJson => ({ type: 'array', raw }),
  ),
  ...[
    '{}',
    '{"length":1}',
    '{"toString":"x","valueOf":1}',
    '{"$gt":""}',
    '{"toJSON":{"x":1}}',
    '{"constructor":{"name":"x"}}',
  ].map((raw): HostileJson => ({ type: 'object', raw })),
  ...TEXTS.map((text): HostileJson => ({ type: 'string', raw: JSON.stringify(text) })),
];

/** In place of the value of a field in the query or in the path, escaped as it goes over the wire. */
export const HOSTILE_ESCAPED: readonly string[] = [
  ...TEXTS.filter((text) => text.isWellFormed() && text.length < 3_000).map(encodeURIComponent),
  '%',
  '%zz',
  '%00',
  '%ff',
  '%ED%A0%80',
  '%C0%AF',
  '%2F..',
  '..%2f..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  '%252e%252e%252f',
  '0x0',
  '1e999',
  'NaN',
  'Infinity',
  '9007199254740993',
  '99999999999999999999',
  '1;x=1',
  '1,1',
  '+1',
  '01',
];

/** Bodies that are wrong as a whole, with the content type that they come with. */
export const HOSTILE_BODIES: readonly (readonly [
  what: string,
  body: string | Buffer,
  type: string,
])[] = [
  ['nothing', '', 'application/json'],
  ['half an object', '{"a":1', 'application/json'],
  ['a list 10,000 deep', '['.repeat(10_000) + ']'.repeat(10_000), 'application/json'],
  ['an object 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'application/json'],
  ['no UTF-8', Buffer.from('{"text":"\xff\xfe"}', 'latin1'), 'application/json'],
  ['a surrogate in UTF-8', Buffer.from('{"text":"\xed\xa0\x80"}', 'latin1'), 'application/json'],
  ['UTF-16', Buffer.from('{"text":"a"}', 'utf16le'), 'application/json; charset=utf-16'],
  ['a byte order mark', '\uFEFF{}', 'application/json'],
  ['a prototype', '{"__proto__":{"isAdmin":true}}', 'application/json'],
  ['a constructor', '{"constructor":{"prototype":{"isAdmin":true}}}', 'application/json'],
  ['null', 'null', 'application/json'],
  ['a list', '[{}]', 'application/json'],
  ['text', '"text"', 'application/json'],
  ['a number', '1e400', 'application/json'],
  ['more than 64 KiB', `{"text":"${'x'.repeat(70_000)}"}`, 'application/json'],
  ['JSON as text', '{"text":"a"}', 'text/plain'],
  ['JSON as a form', '{"text":"a"}', 'application/x-www-form-urlencoded'],
  ['JSON as an upload', '{"text":"a","files":[{"path":"/etc/passwd"}]}', 'multipart/form-data'],
  ['XML', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', 'application/xml'],
  ['a type that is none', '{"text":"a"}', 'application/json\t;,'],
  ['a type with a space before', '{"text":"a"}', ' application/json'],
];

const CRLF = '\r\n';

/** A form as an attacker writes it: each part a head and a content, exactly as given. */
function rawForm(
  parts: readonly (readonly [head: string, content: string])[],
  { boundary = 'x-x-x', isWhole = true }: { boundary?: string; isWhole?: boolean } = {},
): { body: Buffer; type: string } {
  const text = parts.map(
    ([head, content]) => `--${boundary}${CRLF}${head}${CRLF}${CRLF}${content}${CRLF}`,
  );
  return {
    body: Buffer.from(text.join('') + (isWhole ? `--${boundary}--${CRLF}` : ''), 'latin1'),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

/** Forms that are tricks, for a route that takes files as `field`. */
export function hostileForms(
  field: string,
): readonly (readonly [what: string, form: { body: Buffer; type: string }])[] {
  const head = (name: string, more = ''): string =>
    `Content-Disposition: form-data; name="${field}"; filename="${name}"${more}`;
  const whole = (name: string) => rawForm([[head(name), 'content']]);
  const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
  const boundaries = [1, 69, 70, 71, 251, 252, 253, 254, 1_000].map(
    (length) =>
      [
        `a boundary of ${length}`,
        rawForm([[head('a.txt'), 'content']], { boundary: 'b'.repeat(length) }),
      ] as const,
  );
  return [
    ...boundaries,
    ['a name that climbs', whole('../../../../tmp/evil.txt')],
    ['a name that climbs back', whole(String.raw`..\..\evil.txt`)],
    ['a name that is a way up', whole('..')],
    ['a name with NUL', whole('a\0.txt')],
    ['a name that turns round', whole(utf8('invoice\u202Egpj.txt'))],
    ['a name of zalgo', whole(utf8(zalgo))],
    ['a name of 252 bytes', whole(`${'n'.repeat(248)}.txt`)],
    ['a name of 252 characters', whole(utf8(`${'語'.repeat(248)}.txt`))],
    ['a name of bytes that are no UTF-8', whole('\xff\xfe.txt')],
    ['no name at all', rawForm([['Content-Disposition: form-data', 'content']])],
    ['a part without a head', rawForm([['', 'content']])],
    ['a field that is a prototype', rawForm([[head('a.txt').replace(field, '__proto__'), 'x']])],
    ['a head that is a prototype', rawForm([[`${head('a.txt')}${CRLF}__proto__: x`, 'content']])],
    ['a head without end', rawForm([[`${head('a.txt')}${CRLF}X: ${'x'.repeat(100_000)}`, 'a']])],
    ['thousands of heads', rawForm([[head('a.txt') + `${CRLF}X-A: b`.repeat(3_000), 'a']])],
    ['hundreds of fields', rawForm(Array.from({ length: 300 }, (_, n) => fieldOf(`f${n}`, 'x')))],
    [
      'the same field thrice',
      rawForm([fieldOf('text', 'a'), fieldOf('text', 'b'), fieldOf('text', 'c')]),
    ],
    ['a field in brackets', rawForm([fieldOf('text[__proto__][x]', 'a')])],
    [
      'a form in a form',
      rawForm([[`${head('a.txt')}${CRLF}Content-Type: multipart/mixed; boundary=y`, '--y--']]),
    ],
    ['a charset that is none', rawForm([[head('a.txt', "; filename*=x-none''%ff%zz"), 'content']])],
    [
      'a transfer encoding',
      rawForm([[`${head('a.txt')}${CRLF}Content-Transfer-Encoding: base64`, '!!!']]),
    ],
    ['no end', rawForm([[head('a.txt'), 'content']], { isWhole: false })],
    ['nothing', { body: Buffer.alloc(0), type: 'multipart/form-data; boundary=x' }],
    ['no boundary', { body: whole('a.txt').body, type: 'multipart/form-data' }],
    [
      'another boundary',
      { body: whole('a.txt').body, type: 'multipart/form-data; boundary=other' },
    ],
    [
      'a boundary in quotes that do not end',
      { body: whole('a.txt').body, type: 'multipart/form-data; boundary="x-x-x' },
    ],
  ];
}

const fieldOf = (name: string, value: string) =>
  [`Content-Disposition: form-data; name="${name}"`, value] as const;
