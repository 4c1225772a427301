import type { LogMessage } from '@parley/client';
import { expect, test } from 'vitest';
import { sampleMessage } from '../testing/sample-message.ts';
import { newestOfColleagues } from './colleague-answer.ts';

const from = (sender_name: string | null, part: Partial<LogMessage> = {}) =>
  sampleMessage({ key: 'x', sender_type: 'agent', sender_name, state: 'sent', ...part });

test('what a colleague told the visitor counts: no note, nothing of mine, nothing that is gone', () => {
  const anns = from('Ann', { key: 'ann' });
  const others = [
    from('Me'),
    from(null),
    from('Ann', { private: true }),
    from('Ann', { deleted: true }),
    sampleMessage({ key: 'v', sender_type: 'visitor', sender_name: 'Vera' }),
  ];
  expect(newestOfColleagues([anns, ...others], 'Me')).toBe(anns);
  expect(newestOfColleagues(others, 'Me')).toBeUndefined();
});
