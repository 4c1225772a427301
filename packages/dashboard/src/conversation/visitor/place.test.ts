import { expect, test } from 'vitest';
import { languageName, localTime, readAddress } from './place.ts';

test('[SEC-3] only web addresses are links', () => {
  expect(readAddress('https://shop.example/chairs?c=blue#top')).toEqual({
    href: 'https://shop.example/chairs?c=blue#top',
    text: 'shop.example/chairs?c=blue',
  });
  for (const url of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc', 'no address', '']) {
    expect(readAddress(url)).toEqual({ href: null, text: url });
  }
});

test('clock and language of the visitor, and nothing broken for nonsense', () => {
  const noon = Date.UTC(2026, 10, 21, 12);
  expect(localTime('Asia/Tokyo', noon)).toMatch(/Sat.*9:00\sPM/);
  expect(localTime('No/Where', noon)).toBeNull();
  expect(languageName('pt-BR')).toBe('Brazilian Portuguese');
  expect(languageName('x_y')).toBe('x_y');
});
