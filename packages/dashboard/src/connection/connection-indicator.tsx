import { ChevronDown, RefreshCw } from 'lucide-react';
import { useChat } from '../chat-context.tsx';
import { useStore } from '../ui/use-store.ts';
import { t } from '../i18n/translate.ts';
import { cx } from '../ui/cx.ts';
import { Menu, MenuItem, MenuLabel, MenuLine, MenuSwitch } from '../ui/menu.tsx';
import { usePreference } from '../ui/preference.ts';
import { type ConnectionText, connectionText } from './connection-text.ts';
import { debugLog } from './debug.ts';
import { WaitingCount, WaitingItems } from './waiting.tsx';

const dots: Record<ConnectionText['tone'], string> = {
  live: 'bg-live',
  waiting: 'animate-breathe bg-wait',
  off: 'bg-late',
};

/**
 * Whether and by whom events arrive now; its menu offers what one may do about it. Where room is
 * short (`compact`) all is well without words: only trouble is spelled out.
 */
export function ConnectionIndicator({ compact = false }: { compact?: boolean }) {
  const chat = useChat();
  const told = connectionText(useStore(chat.realtime));
  const waiting = useStore(chat.waiting);
  const debug = usePreference(debugLog);
  return (
    <div className="flex items-center rounded-full">
      <div
        role="status"
        aria-label={t('connection.name')}
        className={cx(
          'flex items-center gap-1.5 py-1 text-xs whitespace-nowrap tabular-nums',
          told.tone === 'live' && 'text-muted',
          told.tone === 'waiting' && 'text-wait',
          told.tone === 'off' && 'font-medium text-late',
        )}
      >
        <span aria-hidden className={cx('size-2 rounded-full', dots[told.tone])} />
        <span className={cx(compact && told.tone === 'live' && 'sr-only')}>{told.text}</span>
        {waiting.length > 0 && <WaitingCount waiting={waiting} />}
      </div>
      <Menu
        align="end"
        className="w-64"
        trigger={
          <button
            type="button"
            aria-label={t('connection.menu')}
            className="flex size-6 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink max-md:size-9"
          >
            <ChevronDown size={14} aria-hidden />
          </button>
        }
      >
        <MenuLabel>{told.explanation}</MenuLabel>
        <MenuLine />
        {waiting.length > 0 && <WaitingItems waiting={waiting} />}
        <MenuItem icon={<RefreshCw size={15} aria-hidden />} onSelect={() => chat.reconnectNow()}>
          {t('connection.reconnect')}
        </MenuItem>
        <MenuSwitch checked={debug === 'on'} onChange={(on) => debugLog.set(on ? 'on' : 'off')}>
          {t('connection.debug')}
        </MenuSwitch>
      </Menu>
    </div>
  );
}
