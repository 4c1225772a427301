import { Clock } from 'lucide-react';
import { formatSpan } from '../i18n/time.ts';
import { t } from '../i18n/translate.ts';
import { useElapsed_s } from '../ui/clock.ts';
import { cx } from '../ui/cx.ts';

/** From when on a wait is shown as too long. */
const LATE_S = 5 * 60;

/** How long somebody has waited, ticking: at a glance, in a row of the inbox. */
export function WaitMark({ since_s }: { since_s: number }) {
  const elapsed_s = useElapsed_s(since_s);
  const duration = formatSpan(elapsed_s);
  return (
    <span
      className={cx(
        'flex shrink-0 items-center gap-1 rounded-full px-1.5 py-px text-xs font-semibold tabular-nums',
        elapsed_s >= LATE_S ? 'bg-late-soft text-late' : 'bg-wait-soft text-wait',
      )}
    >
      <Clock size={11} strokeWidth={2.6} aria-hidden />
      <span className="sr-only">{t('inbox.waiting', { duration })}</span>
      <span aria-hidden>{duration}</span>
    </span>
  );
}

/** The same in words. */
export function WaitText({ since_s }: { since_s: number }) {
  const elapsed_s = useElapsed_s(since_s);
  return (
    <span
      className={cx(
        'truncate font-medium tabular-nums',
        elapsed_s >= LATE_S ? 'text-late' : 'text-wait',
      )}
    >
      {t('inbox.waiting', { duration: formatSpan(elapsed_s) })}
    </span>
  );
}
