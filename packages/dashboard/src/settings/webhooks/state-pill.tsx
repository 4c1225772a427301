import type { Webhook } from '@parley/protocol';
import { t } from '../../i18n/translate.ts';
import { cx } from '../../ui/cx.ts';

/** Whether it hears of anything, in a word. */
export function StatePill({ webhook }: { webhook: Webhook }) {
  const state = webhook.off !== null ? 'off' : webhook.failing_since === null ? 'on' : 'failing';
  return (
    <span
      className={cx(
        'shrink-0 rounded-md px-2 py-0.5 text-xs font-medium',
        state === 'on' && 'bg-sunken text-soft',
        state === 'failing' && 'bg-wait-soft text-wait',
        state === 'off' && 'bg-late-soft text-late',
      )}
    >
      {t(`webhooks.${state}`)}
    </span>
  );
}
