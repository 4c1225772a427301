/** Tokens left at a time: a rate, and what may come at once after a pause. */
export interface Bucket {
  tokens: number;
  at_ms: number;
}

export function fullBucket(burst: number, now_ms: number): Bucket {
  return { tokens: burst, at_ms: now_ms };
}

/**
 * Takes one token if there is one.
 *
 * @param now_ms of a clock that never goes back
 * @param burst at least 1; default: what one second allows
 */
export function takeToken(
  bucket: Bucket,
  perSecond: number,
  now_ms: number,
  burst = perSecond,
): boolean {
  const refill = ((now_ms - bucket.at_ms) / 1000) * perSecond;
  bucket.tokens = Math.min(burst, bucket.tokens + refill);
  bucket.at_ms = now_ms;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}
