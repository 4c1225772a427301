import type { RealtimeState } from '@parley/client';
import { t } from '../i18n/translate.ts';

/** What the indicator says. `tone` picks its colour; the words say the same without it. */
export interface ConnectionText {
  readonly tone: 'live' | 'waiting' | 'off';
  readonly text: string;
  /** One sentence for who asks what that means. */
  readonly explanation: string;
}

/** Names the provider while one brings events, else the trouble (RT-1). */
export function connectionText(state: RealtimeState): ConnectionText {
  if (state.trouble === 'offline') {
    return {
      tone: 'off',
      text: t('connection.offline'),
      explanation: t('connection.explain.offline'),
    };
  }
  const provider = state.realtimeProvider;
  if (provider !== null && state.trouble === 'none') {
    const explanation =
      provider === 'polling' ? t('connection.explain.polling') : t('connection.explain.push');
    return { tone: 'live', text: t('connection.live', { provider }), explanation };
  }
  const text =
    state.trouble === 'connecting' ? t('connection.reconnecting') : t('connection.starting');
  return { tone: 'waiting', text, explanation: t('connection.explain.connecting') };
}
