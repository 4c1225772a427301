import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkify } from './linkify.ts';

const links = (text: string) =>
  linkify(text).flatMap((piece) => (piece.kind === 'link' ? [[piece.text, piece.href]] : []));

describe('[SEC-3] addresses in messages', () => {
  test('http, https, www and email addresses become links', () => {
    expect(links('see https://example.com/a?b=1#c now')).toEqual([
      ['https://example.com/a?b=1#c', 'https://example.com/a?b=1#c'],
    ]);
    expect(links('www.example.com')).toEqual([['www.example.com', 'https://www.example.com/']]);
    expect(links('write to ada@example.co.uk, please')).toEqual([
      ['ada@example.co.uk', 'mailto:ada@example.co.uk'],
    ]);
    expect(links('mailto:ada@example.com')).toEqual([
      ['mailto:ada@example.com', 'mailto:ada@example.com'],
    ]);
  });

  test('no other scheme becomes a link', () => {
    for (const text of [
      'javascript:alert(1)',
      'JaVaScRiPt://example.com/%0aalert(1)',
      'data:text/html,<script>alert(1)</script>',
      'vbscript:x',
      'file:///etc/passwd',
      'ftp://example.com',
      'blob:https',
    ]) {
      expect(links(text), text).toEqual([]);
    }
  });

  test('what ends the sentence is not part of the address', () => {
    expect(links('(https://example.com/a).')).toEqual([
      ['https://example.com/a', 'https://example.com/a'],
    ]);
    expect(links('https://en.wikipedia.org/wiki/Parley_(chat)!')[0]?.[0]).toBe(
      'https://en.wikipedia.org/wiki/Parley_(chat)',
    );
    expect(links('<a href="https://example.com">x</a>')[0]?.[0]).toBe('https://example.com');
  });

  test('the pieces of any text are the text, and every link is http, https or mailto', () => {
    const words = fc.constantFrom(
      'https://',
      'http://',
      'www.',
      'javascript:',
      'a@b.co',
      'mailto:',
      '(',
      ')',
      '.',
      '"',
      '\n',
      ' ',
      'example.com/',
      '\u202e',
    );
    const texts = fc
      .array(fc.oneof(words, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 20 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const pieces = linkify(text);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        for (const piece of pieces) {
          if (piece.kind === 'link') expect(piece.href).toMatch(/^(https?:\/\/[^/]|mailto:)/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a hostile text of full length is split at once', () => {
    const started_ms = performance.now();
    linkify('a@'.repeat(5_000));
    linkify(`${'a.'.repeat(4_999)}@`);
    linkify(`https://${'('.repeat(9_000)}${')'.repeat(900)}`);
    expect(performance.now() - started_ms).toBeLessThan(10_000);
  });
});
