import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { returnTo } from './return-to.ts';

test('[SEC-4] after signing in one lands where one wanted to go', () => {
  expect(returnTo('/chatbot/17')).toBe('/chatbot/17');
  expect(returnTo('/chatbot?status=pending&assignee=me')).toBe(
    '/chatbot?status=pending&assignee=me',
  );
});

test('[SEC-4] after signing in one never lands elsewhere, nor at the form again', () => {
  for (const wanted of [
    undefined,
    null,
    7,
    ['/chatbot'],
    '',
    'chatbot',
    '//evil.example',
    '/\\evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '\\\\evil.example',
    'https://evil.example/chatbot',
    'javascript:alert(1)',
    '/chatbot\n/x',
    '/login',
    '/login?to=/chatbot',
    '/',
  ]) {
    expect(returnTo(wanted)).toBe('/chatbot');
  }
});

test('[SEC-4] whatever is asked for, the way leads to a path of this origin', () => {
  const parts = fc.constantFrom('/', '\\', '.', '..', '//', 'a', '?', '#', '@', ':', '%2f', '\t');
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (pieces) => {
      const target = returnTo(pieces.join(''));
      expect(target.startsWith('/')).toBe(true);
      expect(new URL(target, 'https://chat.example/admin/').origin).toBe('https://chat.example');
      expect(new URL(`/admin${target}`, 'https://chat.example').origin).toBe(
        'https://chat.example',
      );
    }),
  );
});
