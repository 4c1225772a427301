import { ApiError } from '@parley/client';
import { expect, test } from 'vitest';
import { describeSignInFailure, signInFailure } from './sign-in-error.ts';

const NOW_MS = 1_800_000_000_000;
const told = (error: unknown, later_ms = 0) =>
  describeSignInFailure(signInFailure(error, NOW_MS), NOW_MS + later_ms);

test('[SEC-4] a wrong address and a wrong password are told in the same words', () => {
  expect(told(new ApiError(401, 'invalid_credentials', 'no'))).toBe(
    'This email address and password do not match.',
  );
});

test('too many attempts: the wait is told, counts down and passes', () => {
  const error = new ApiError(429, 'rate_limited', 'slow', { retryAfter_s: 240 });
  expect(told(error)).toBe('Too many attempts. Try again in 4 minutes.');
  expect(told(error, 200_000)).toBe('Too many attempts. Try again in 40 seconds.');
  expect(told(error, 240_000)).toBeNull();
  expect(told(new ApiError(429, 'rate_limited', 'slow'))).toContain('Wait a few minutes');
});

test('a server that does not answer is not a wrong password', () => {
  expect(told(new ApiError(0, 'network', 'failed'))).toContain('does not answer');
  expect(told(new ApiError(503, 'unavailable', 'starting'))).toContain('does not answer');
});

test('an unknown refusal keeps the words of the server', () => {
  expect(told(new ApiError(403, 'origin_not_allowed', 'This origin may not sign in'))).toBe(
    'Signing in failed: This origin may not sign in',
  );
});
