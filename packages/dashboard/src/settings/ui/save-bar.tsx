import { Check } from 'lucide-react';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { Problem } from '../../ui/page.tsx';

/** `saved` is shown until the next change. */
export type Saving =
  | { readonly state: 'idle' | 'busy' | 'saved' }
  | { readonly state: 'failed'; readonly message: string };

/** Stays in sight while something is not saved. */
export function SaveBar({
  dirty,
  saving,
  onSave,
  onDiscard,
}: {
  dirty: boolean;
  saving: Saving;
  onSave: () => void;
  onDiscard: () => void;
}) {
  const shown = dirty || saving.state === 'saved';
  return (
    <div className="sticky bottom-0 z-10 -mx-1 mt-2 empty:hidden" aria-live="polite">
      {shown && (
        <div className="mb-4 flex animate-rise flex-col gap-3 rounded-xl bg-raised p-3 pl-4 shadow-pop">
          {saving.state === 'failed' && <Problem>{saving.message}</Problem>}
          <div className="flex flex-wrap items-center gap-2">
            {dirty ? (
              <>
                <span className="grow text-muted max-sm:basis-full">{t('settings.unsaved')}</span>
                <Button
                  look="quiet"
                  className="max-sm:grow"
                  disabled={saving.state === 'busy'}
                  onClick={onDiscard}
                >
                  {t('settings.discard')}
                </Button>
                <Button
                  look="primary"
                  className="max-sm:grow"
                  disabled={saving.state === 'busy'}
                  onClick={onSave}
                >
                  {t(saving.state === 'busy' ? 'settings.saving' : 'settings.save')}
                </Button>
              </>
            ) : (
              <span className="flex h-8 items-center gap-2 text-muted">
                <Check size={16} aria-hidden className="text-live" />
                {t('settings.saved')}
              </span>
            )}
          </div>
        </div>
      )}
    </div>
  );
}
