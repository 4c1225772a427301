import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { faultsOf } from '../api.ts';
import { Dialog, DialogActions } from './dialog.tsx';
import { Problem } from './page.tsx';

/** A small form of its own: closes when the server has taken it, and says why where it has not. */
export function FormDialog({
  title,
  list,
  ready,
  save,
  onClose,
  children,
}: {
  title: string;
  /** Which list is loaded anew. */
  list: string;
  ready: boolean;
  save: () => Promise<unknown>;
  onClose: () => void;
  children: (faults: Readonly<Record<string, string>>) => ReactNode;
}) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});

  async function send() {
    setBusy(true);
    try {
      await save();
      await queries.invalidateQueries({ queryKey: [list] });
      onClose();
    } catch (error) {
      setFaults(faultsOf(error));
      setProblem(messageOf(error));
      setBusy(false);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (ready && !busy) void send();
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        {problem !== null && <Problem>{problem}</Problem>}
        {children(faults)}
        <DialogActions>
          <Button onClick={onClose}>{t('settings.cancel')}</Button>
          <Button type="submit" look="primary" disabled={!ready || busy}>
            {t('settings.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
