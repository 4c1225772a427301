import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';

/** Whether one really wants it; `danger` where it cannot be taken back. */
export function Question({
  title,
  text,
  yes,
  danger = false,
  onYes,
  onClose,
}: {
  title: string;
  text: string;
  yes: string;
  danger?: boolean;
  onYes: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="[overflow-wrap:anywhere] text-soft">{text}</p>
      <DialogActions>
        <Button onClick={onClose}>{t('settings.cancel')}</Button>
        <Button
          look="primary"
          {...(danger && { className: 'bg-late! hover:opacity-90' })}
          onClick={onYes}
        >
          {yes}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
