/**
 * The shape of a sound in so many bars: the loudest of each stretch, the loudest of all as 1, so that
 * quiet voices are seen too.
 * @param levels from 0 to 1, evenly over time
 */
export function waveformOf(levels: readonly number[], bars: number): number[] {
  if (levels.length === 0) return Array.from({ length: bars }, () => 0);
  const shape = Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * levels.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * levels.length) / bars));
    return Math.max(...levels.slice(from, to));
  });
  const loudest = Math.max(...shape);
  return shape.map((level) => (loudest === 0 ? 0 : Math.round((level / loudest) * 100) / 100));
}

/** Minutes and seconds, as players show them. */
export function formatDuration(duration_ms: number): string {
  const seconds = Math.round(duration_ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
