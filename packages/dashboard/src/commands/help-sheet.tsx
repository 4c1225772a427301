import { t } from '../i18n/translate.ts';
import { Dialog } from '../ui/dialog.tsx';
import { usePreference } from '../ui/preference.ts';
import { COMMAND_GROUPS, type Command } from './command.ts';
import { KeyCaps } from './key-caps.tsx';
import { plainKeys } from './platform-keys.ts';

/** All keys, by what they are for. */
export function HelpSheet({
  commands,
  onClose,
}: {
  commands: readonly Command[];
  onClose: () => void;
}) {
  const on = usePreference(plainKeys) === 'on';
  return (
    <Dialog title={t('command.help')} onClose={onClose}>
      <p className="-mt-2 mb-4 text-sm text-muted">{t('command.help.text')}</p>
      <div className="grid gap-x-8 gap-y-5 md:grid-cols-2">
        {COMMAND_GROUPS.map((group) => (
          <section key={group} aria-labelledby={`keys-${group}`}>
            <h3 id={`keys-${group}`} className="mb-1 text-xs font-semibold text-muted">
              {t(`command.group.${group}`)}
            </h3>
            <dl>
              {commands
                .filter((command) => command.group === group)
                .map(
                  ({ id, text, shortcut }) =>
                    shortcut !== undefined && (
                      <div key={id} className="flex min-h-8 items-center justify-between gap-4">
                        <dt className="text-sm">{text}</dt>
                        <dd>
                          <KeyCaps of={shortcut} />
                        </dd>
                      </div>
                    ),
                )}
            </dl>
          </section>
        ))}
      </div>
      <label className="mt-5 flex min-h-10 items-center gap-2.5 border-t border-line pt-4 text-sm">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => plainKeys.set(event.target.checked ? 'on' : 'off')}
          className="size-4 accent-accent"
        />
        {t('command.help.plain')}
      </label>
    </Dialog>
  );
}
