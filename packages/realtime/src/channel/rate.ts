/** Tokens left at a time: a rate with as much burst as one second allows. */
export interface Bucket {
  tokens: number;
  at_ms: number;
}

export function fullBucket(perSecond: number, now_ms: number): Bucket {
  return { tokens: perSecond, at_ms: now_ms };
}

/** Takes one token if there is one. `now_ms` comes from a clock that never goes back. */
export function takeToken(bucket: Bucket, perSecond: number, now_ms: number): boolean {
  const refill = ((now_ms - bucket.at_ms) / 1000) * perSecond;
  bucket.tokens = Math.min(perSecond, bucket.tokens + refill);
  bucket.at_ms = now_ms;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}
