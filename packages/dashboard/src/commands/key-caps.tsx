import { Fragment } from 'react';
import { t } from '../i18n/translate.ts';
import { capsOf } from './platform-keys.ts';
import type { ShortcutId } from './shortcuts.ts';

/** The keys of a command, as they stand on this keyboard. */
export function KeyCaps({ of }: { of: ShortcutId }) {
  return (
    <span className="flex shrink-0 items-center gap-1">
      {capsOf(of).map((cap, index) => (
        <Fragment key={cap}>
          {index > 0 && <span className="text-xs text-muted">{t('command.help.then')}</span>}
          <kbd className="flex h-5 min-w-5 items-center justify-center rounded-md border border-line bg-sunken px-1.5 font-sans text-xs text-soft">
            {cap}
          </kbd>
        </Fragment>
      ))}
    </span>
  );
}
