import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { NO_REFUSAL, type Refusal, refusalOf } from '../api.ts';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Problem } from '../../ui/page.tsx';
import { useToFault } from './use-to-fault.ts';

/** A small form of its own: closes when the server has taken it, and says why where it has not. */
export function FormDialog({
  title,
  list,
  submit,
  fields,
  ready,
  save,
  onClose,
  children,
}: {
  title: string;
  /** Which list is loaded anew. */
  list: string;
  /** The words on the button that does it. */
  submit: string;
  /** The paths whose faults are said at their fields; all else is said above. */
  fields: readonly string[];
  ready: boolean;
  save: () => Promise<unknown>;
  onClose: () => void;
  children: (faults: Readonly<Record<string, string>>) => ReactNode;
}) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [{ faults, problem }, setRefusal] = useState<Refusal>(NO_REFUSAL);
  const form = useToFault(faults);

  async function send() {
    setBusy(true);
    try {
      await save();
      await queries.invalidateQueries({ queryKey: [list] });
      onClose();
    } catch (error) {
      setRefusal(refusalOf(error, fields));
      setBusy(false);
    }
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (ready && !busy) void send();
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form ref={form} noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
        {problem !== null && <Problem>{problem}</Problem>}
        {children(faults)}
        <DialogActions>
          <Button onClick={onClose}>{t('settings.cancel')}</Button>
          <Button type="submit" look="primary" disabled={!ready || busy}>
            {submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
