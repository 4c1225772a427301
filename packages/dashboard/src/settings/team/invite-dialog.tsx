import type { AgentRole, InvitationAnswer } from '@parley/protocol';
import { rolesGivenBy } from '@parley/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { faultsOf } from '../api.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Field, Select, TextInput } from '../../ui/form.tsx';
import { Problem } from '../../ui/page.tsx';
import type { ManagedSite } from '../ui/site-picker.tsx';

type Invite =
  | { readonly state: 'idle' | 'busy' }
  | { readonly state: 'failed'; readonly message: string; readonly fault: string | undefined }
  | { readonly state: 'done'; readonly answer: InvitationAnswer };

/** Whom, and as what; then the link to pass on. */
export function InviteDialog({ site, onClose }: { site: ManagedSite; onClose: () => void }) {
  const chat = useChat();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<AgentRole>('agent');
  const [invite, setInvite] = useState<Invite>({ state: 'idle' });

  async function send() {
    setInvite({ state: 'busy' });
    try {
      const path = `/admin/sites/${site.id}/invitations`;
      const answer = await chat.request<InvitationAnswer>('POST', path, {
        email: email.trim(),
        role,
      });
      setInvite({ state: 'done', answer });
      await queries.invalidateQueries({ queryKey: ['members', site.id] });
    } catch (error) {
      setInvite({ state: 'failed', message: messageOf(error), fault: faultsOf(error)['email'] });
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (invite.state !== 'busy' && email.trim() !== '') void send();
  }

  const failed = invite.state === 'failed' ? invite : null;
  if (invite.state === 'done') return <Invited answer={invite.answer} onClose={onClose} />;
  return (
    <Dialog title={t('members.inviteTo', { site: site.name })} onClose={onClose}>
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        {failed !== null && failed.fault === undefined && <Problem>{failed.message}</Problem>}
        <Field label={t('invite.email')} error={failed?.fault}>
          <TextInput
            type="email"
            autoComplete="off"
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <Field label={t('members.role')} hint={t(`role.${role}.hint`)}>
          <Select
            value={role}
            choices={rolesGivenBy(site.role).map((value) => ({ value, text: t(`role.${value}`) }))}
            onChange={setRole}
          />
        </Field>
        <DialogActions>
          <Button onClick={onClose}>{t('settings.cancel')}</Button>
          <Button
            type="submit"
            look="primary"
            disabled={invite.state === 'busy' || email.trim() === ''}
          >
            {t('invite.submit')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Invited({ answer, onClose }: { answer: InvitationAnswer; onClose: () => void }) {
  const { email } = answer.invitation;
  return (
    <Dialog title={t('invite.done')} onClose={onClose}>
      <p className="mb-4">
        {t(answer.mailed ? 'invite.done.mailed' : 'invite.done.pass', { email })}
      </p>
      <CopyField value={answer.link} label={t('invite.copy')} />
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t('settings.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
