/** Fewer answers than this say nothing of the next. */
const ANSWERS_MIN = 5;

/**
 * The middle one of the first answers, in seconds; null where there are too few of them.
 * @param replies each with the time of the question and of its first answer, in Unix milliseconds
 */
export function usualReply_s(
  replies: readonly { readonly created_at: number; readonly answered_at: number | null }[],
): number | null {
  const waits_s = replies
    .flatMap(({ created_at, answered_at }) =>
      // One that an agent began has no question.
      answered_at === null || answered_at <= created_at ? [] : [(answered_at - created_at) / 1_000],
    )
    .sort((a, b) => a - b);
  if (waits_s.length < ANSWERS_MIN) return null;
  return Math.round(waits_s[Math.floor(waits_s.length / 2)] ?? 0);
}
