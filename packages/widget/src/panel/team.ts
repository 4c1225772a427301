import type { Team } from '@parley/protocol';
import type { Language } from '../strings/language.ts';

const HOUR_S = 3_600;
const DAY_S = 86_400;
const FEW_MINUTES_S = 600;

/** Whether somebody answers now. What was told holds until a moment, and then for the other case. */
export function isOpen({ open, until }: Team, now_ms: number): boolean {
  return until !== null && now_ms >= until * 1_000 ? !open : open;
}

/** How soon an answer comes, in words, or until when there is none; null: nobody knows. */
export function teamLine(team: Team, { text, moment }: Language, now_ms: number): string | null {
  if (!isOpen(team, now_ms)) {
    const back_ms = (team.until ?? 0) * 1_000;
    // Known only for the pause that it was told of.
    return team.open || back_ms === 0
      ? text('away')
      : text('awayUntil', { time: moment(back_ms, now_ms) });
  }
  const wait_s = team.reply_time_s;
  if (wait_s === null) return null;
  if (wait_s <= FEW_MINUTES_S) return text('replyMinutes');
  if (wait_s < DAY_S) return text('replyHours', { n: Math.ceil(wait_s / HOUR_S) });
  return text('replyDays', { n: Math.ceil(wait_s / DAY_S) });
}
