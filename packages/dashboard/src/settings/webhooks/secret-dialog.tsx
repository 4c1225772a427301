import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';

/** Shown once, when it is made. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog title={t('webhooks.secret')} onClose={onClose}>
      <div className="flex flex-col gap-3">
        <p>{t('webhooks.secret.text')}</p>
        <CopyField value={secret} label={t('webhooks.secret.copy')} />
        <p className="text-sm text-wait">{t('webhooks.secret.once')}</p>
      </div>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t('webhooks.secret.done')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
