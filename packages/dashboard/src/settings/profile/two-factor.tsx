import type { ProfileAnswer, RecoveryCodesAnswer, TwoFactorSetUp } from '@parley/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { ShieldCheck, ShieldOff } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { encode } from 'uqr';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/form.tsx';
import { Problem, Section } from '../../ui/page.tsx';

type Step =
  | { readonly step: 'none' | 'prove' | 'off' }
  | { readonly step: 'scan'; readonly secret: string; readonly uri: string }
  | { readonly step: 'codes'; readonly codes: readonly string[] };

/** Signing in by a code of the phone beside the password. */
export function TwoFactor({ profile }: { profile: ProfileAnswer }) {
  const [step, setStep] = useState<Step>({ step: 'none' });
  const close = () => setStep({ step: 'none' });
  const on = profile.two_factor;
  return (
    <Section title={t('twoFactor.title')} text={t('twoFactor.text')}>
      <div className="flex flex-wrap items-center gap-3">
        <span className="flex grow items-center gap-2">
          {on ? (
            <ShieldCheck size={18} aria-hidden className="text-live" />
          ) : (
            <ShieldOff size={18} aria-hidden className="text-muted" />
          )}
          {on ? t('twoFactor.on', { count: profile.recovery_codes }) : t('twoFactor.off')}
        </span>
        {on && <Button onClick={() => setStep({ step: 'off' })}>{t('twoFactor.switchOff')}</Button>}
        <Button look={on ? 'outline' : 'primary'} onClick={() => setStep({ step: 'prove' })}>
          {t(on ? 'twoFactor.renew' : 'twoFactor.switchOn')}
        </Button>
      </div>
      {step.step === 'prove' && <Prove onClose={close} onDone={setStep} />}
      {step.step === 'scan' && <Scan {...step} onClose={close} onDone={setStep} />}
      {step.step === 'codes' && <Codes codes={step.codes} onClose={close} />}
      {step.step === 'off' && <SwitchOff onClose={close} />}
    </Section>
  );
}

/** One field, one call, and what the server says of it. */
function AskDialog({
  title,
  text,
  field,
  action,
  ask,
  onClose,
  children,
}: {
  title: string;
  text: string;
  field: 'password' | 'code';
  action: string;
  ask: (value: string) => Promise<void>;
  onClose: () => void;
  children?: React.ReactNode;
}) {
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function send() {
    setBusy(true);
    try {
      await ask(value);
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!busy && value !== '') void send();
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p>{text}</p>
        {children}
        {problem !== null && <Problem>{problem}</Problem>}
        <Field label={t(field === 'code' ? 'twoFactor.code' : 'profile.password.current')}>
          <TextInput
            type={field === 'code' ? 'text' : 'password'}
            inputMode={field === 'code' ? 'numeric' : undefined}
            autoComplete={field === 'code' ? 'one-time-code' : 'current-password'}
            maxLength={field === 'code' ? 20 : 1_000}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        </Field>
        <DialogActions>
          <Button onClick={onClose}>{t('settings.cancel')}</Button>
          <Button type="submit" look="primary" disabled={busy || value === ''}>
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Prove({ onClose, onDone }: { onClose: () => void; onDone: (step: Step) => void }) {
  const chat = useChat();
  return (
    <AskDialog
      title={t('twoFactor.title')}
      text={t('twoFactor.prove')}
      field="password"
      action={t('twoFactor.next')}
      onClose={onClose}
      ask={async (password) => {
        const path = '/admin/profile/two-factor';
        const { secret, uri } = await chat.request<TwoFactorSetUp>('POST', path, { password });
        onDone({ step: 'scan', secret, uri });
      }}
    />
  );
}

function Scan({
  secret,
  uri,
  onClose,
  onDone,
}: {
  secret: string;
  uri: string;
  onClose: () => void;
  onDone: (step: Step) => void;
}) {
  const chat = useChat();
  const queries = useQueryClient();
  return (
    <AskDialog
      title={t('twoFactor.title')}
      text={t('twoFactor.scan')}
      field="code"
      action={t('twoFactor.confirm')}
      onClose={onClose}
      ask={async (code) => {
        const path = '/admin/profile/two-factor/confirm';
        const { recovery_codes } = await chat.request<RecoveryCodesAnswer>('POST', path, { code });
        await queries.invalidateQueries({ queryKey: ['profile'] });
        onDone({ step: 'codes', codes: recovery_codes });
      }}
    >
      <QrCode text={uri} />
      <CopyField value={secret} label={t('twoFactor.copySecret')} />
    </AskDialog>
  );
}

/** Black on white in both themes: cameras read it so. */
function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { border: 2 });
  const path = data
    .flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return (
    <svg
      role="img"
      aria-label={t('twoFactor.qr')}
      viewBox={`0 0 ${size} ${size}`}
      className="size-48 self-center rounded-lg bg-white"
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}

function Codes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <Dialog title={t('twoFactor.codes')} onClose={onClose}>
      <p className="mb-4">{t('twoFactor.codes.text')}</p>
      <ul className="mb-4 grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-lg bg-sunken p-4 font-mono text-sm">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <CopyField value={codes.join(' ')} label={t('twoFactor.codes.copy')} />
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t('twoFactor.codes.kept')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function SwitchOff({ onClose }: { onClose: () => void }) {
  const chat = useChat();
  const queries = useQueryClient();
  return (
    <AskDialog
      title={t('twoFactor.switchOff')}
      text={t('twoFactor.switchOff.text')}
      field="password"
      action={t('twoFactor.switchOff')}
      onClose={onClose}
      ask={async (password) => {
        await chat.request('POST', '/admin/profile/two-factor/off', { password });
        await queries.invalidateQueries({ queryKey: ['profile'] });
        onClose();
      }}
    />
  );
}
