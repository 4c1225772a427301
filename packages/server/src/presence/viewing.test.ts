import { expect, test } from 'vitest';
import { FollowedByPolls } from './viewing.ts';

test('a poll that has ended counts for a moment only, unless another came already', () => {
  const polls = new FollowedByPolls();
  expect(polls.follow('ann', [7], 35_000)).toEqual([7]);
  polls.end('ann', [7], 35_000, 3_000);
  expect(polls.sweep(2_999)).toEqual([]);
  expect(polls.sweep(3_000)).toEqual([7]);
  expect(polls.of(7)).toEqual([]);

  polls.follow('ann', [7], 35_000);
  // The next was here before the server saw that the last had gone.
  expect(polls.follow('ann', [7], 35_001)).toEqual([]);
  polls.end('ann', [7], 35_000, 3_000);
  expect(polls.sweep(35_000)).toEqual([]);
  expect(polls.of(7)).toEqual(['ann']);
});
