import { expect, test, vi } from 'vitest';
import { gathered } from './gathered.ts';

test('[SYNC-8] a thousand notes are one action, and what is asked for after it is another', () => {
  vi.useFakeTimers();
  try {
    const action = vi.fn<() => void>();
    const ask = gathered(200, action);
    for (let note = 0; note < 1_000; note += 1) ask();
    expect(action).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(action).toHaveBeenCalledTimes(1);
    ask();
    vi.advanceTimersByTime(200);
    expect(action).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});
