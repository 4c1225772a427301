import { useNavigate } from '@tanstack/react-router';
import { Download, UserRoundX } from 'lucide-react';
import { useState } from 'react';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Problem } from '../../ui/page.tsx';
import { Button } from '../../ui/button.tsx';
import { useToast } from '../../ui/toast.tsx';

/** What a visitor may ask of a site: all that is known of them as a file, or none of it any more. */
export function VisitorData({ id, name }: { id: number; name: string }) {
  const [asked, setAsked] = useState(false);
  return (
    <div className="mt-5 flex flex-col items-start border-t border-line pt-4">
      <a
        href={`/admin/visitors/${id}/export`}
        download
        className="-ml-3 inline-flex h-8 items-center gap-1.5 rounded-lg px-3 text-sm font-medium text-soft hover:bg-hover hover:text-ink max-md:h-10 max-md:text-base"
      >
        <Download size={15} aria-hidden />
        {t('visitor.export')}
      </a>
      <Button look="quiet" className="-ml-3 text-late" onClick={() => setAsked(true)}>
        <UserRoundX size={15} aria-hidden />
        {t('visitor.erase')}
      </Button>
      {asked && <EraseDialog id={id} name={name} onClose={() => setAsked(false)} />}
    </div>
  );
}

function EraseDialog({ id, name, onClose }: { id: number; name: string; onClose: () => void }) {
  const chat = useChat();
  const navigate = useNavigate();
  const say = useToast();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function erase() {
    setBusy(true);
    try {
      await chat.request('DELETE', `/admin/visitors/${id}`);
      say(t('visitor.erase.done'));
      await navigate({ to: '/chatbot', search: (search) => search });
      chat.filterInbox(chat.inbox.get().query);
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  }

  return (
    <Dialog title={t('visitor.erase.title', { name })} onClose={onClose}>
      <p className="text-soft">{t('visitor.erase.text')}</p>
      {problem !== null && (
        <div className="mt-4">
          <Problem>{problem}</Problem>
        </div>
      )}
      <DialogActions>
        <Button onClick={onClose}>{t('settings.cancel')}</Button>
        <Button
          look="primary"
          className="bg-late! hover:opacity-90"
          disabled={busy}
          onClick={() => void erase()}
        >
          {t('visitor.erase.confirm')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
