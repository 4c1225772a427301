import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkify } from './linkify.ts';

const links = (text: string): string[] =>
  linkify(text).flatMap((segment) => (segment.kind === 'link' ? [segment.href] : []));

/** Text that is likely to hold something like an address. */
const tricky = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'http://',
        'https://',
        'HTTPS://',
        'javascript:',
        'data:text/html,',
        'vbscript:',
        'file:///',
        'blob:',
        'mailto:',
        'www.',
        'alert(1)',
        'example.com',
        'a@b.co',
        '@',
        '//',
        '(',
        ')',
        '.',
        ' ',
        '\n',
        '\u0000',
        '\u202e',
        '%0a',
        '"',
        '<',
        '&colon;',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('[SEC-3] links', () => {
  it('are http, https or mail, whatever the text', () => {
    fc.assert(
      fc.property(tricky, (text) => {
        for (const href of links(text)) expect(href).toMatch(/^(?:https?:\/\/|mailto:)/);
      }),
      { numRuns: 5_000 },
    );
  });

  it('change nothing of what was written', () => {
    fc.assert(
      fc.property(tricky, (text) => {
        expect(
          linkify(text)
            .map((segment) => segment.text)
            .join(''),
        ).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are found as a person would', () => {
    expect(links('see https://example.com/a?b=c#d.')).toEqual(['https://example.com/a?b=c#d']);
    expect(links('(https://en.wikipedia.org/wiki/Foo_(bar))')).toEqual([
      'https://en.wikipedia.org/wiki/Foo_(bar)',
    ]);
    expect(links('www.example.com, ann@example.com!')).toEqual([
      'https://www.example.com/',
      'mailto:ann@example.com',
    ]);
    expect(links('http://localhost:8000/x and https://bücher.example')).toEqual([
      'http://localhost:8000/x',
      'https://xn--bcher-kva.example/',
    ]);
  });

  it('are not made of what only looks like one', () => {
    for (const text of [
      'javascript:alert(1)',
      'data:text/html,hi',
      'https://',
      'http://word',
      'https://bank.example@evil.example/',
      'a@b',
      'v1.2.3',
    ])
      expect(links(text)).toEqual([]);
  });

  it('cost no more than the text is long', () => {
    // A quadratic pattern takes minutes for these; the runner's time limit is the assertion.
    for (const unit of ['a', 'a.', 'http://', 'www.', '@', 'a@', '(', ')', 'https://a)', '-.'])
      linkify(unit.repeat(200_000));
  });
});
