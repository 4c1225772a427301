import type { NotificationAnswer, NotificationPatch, NotificationSettings } from '@parley/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { BellOff, BellRing } from 'lucide-react';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { browserPush, turnOff, turnOn } from '../../notifications/browser-push.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select, SwitchRow, TextInput } from '../../ui/form.tsx';
import { Loaded, Problem, Section } from '../../ui/page.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';

const NOTIFICATIONS = ['notifications'] as const;
const THIS_BROWSER = ['notifications', 'browser'] as const;

/** How an agent who is away hears of visitors. Each change is kept at once. */
export function NotificationsPage() {
  const chat = useChat();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: NOTIFICATIONS,
    queryFn: () => chat.request<NotificationAnswer>('GET', '/admin/notifications'),
  });
  const { mutate, error } = useMutation({
    mutationFn: (patch: NotificationPatch) =>
      chat.request<NotificationAnswer>('PATCH', '/admin/notifications', patch),
    onMutate: (patch) =>
      queries.setQueryData<NotificationAnswer>(
        NOTIFICATIONS,
        (old) => old && { ...old, settings: { ...old.settings, ...patch } as NotificationSettings },
      ),
    onSuccess: (answer) => queries.setQueryData(NOTIFICATIONS, answer),
    onError: () => queries.invalidateQueries({ queryKey: NOTIFICATIONS, exact: true }),
  });
  return (
    <SettingsPage title={t('notify.title')} text={t('notify.text')}>
      <Loaded query={query}>
        {(answer) => (
          <>
            {error !== null && <Problem>{messageOf(error)}</Problem>}
            <ThisBrowser answer={answer} />
            <What answer={answer} change={mutate} />
            <Quiet settings={answer.settings} change={mutate} />
          </>
        )}
      </Loaded>
    </SettingsPage>
  );
}

function ThisBrowser({ answer }: { answer: NotificationAnswer }) {
  const chat = useChat();
  const queries = useQueryClient();
  const { data: state } = useQuery({ queryKey: THIS_BROWSER, queryFn: browserPush });
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => (state === 'on' ? turnOff(chat) : turnOn(chat, answer)),
    onSettled: () => queries.invalidateQueries({ queryKey: THIS_BROWSER }),
  });
  const on = state === 'on';
  const Icon = on ? BellRing : BellOff;
  return (
    <Section title={t('notify.here')} text={t('notify.here.text')}>
      {error !== null && (
        <Problem>{t('notify.here.failed', { message: messageOf(error) })}</Problem>
      )}
      {state === 'denied' || state === 'unsupported' ? (
        <p className="text-sm text-muted">{t(`notify.here.${state}`)}</p>
      ) : (
        <div className="flex flex-wrap items-center gap-3">
          <span role="status" className="flex grow items-center gap-2">
            <Icon size={17} aria-hidden className={on ? 'text-live' : 'text-muted'} />
            {t(on ? 'notify.here.on' : 'notify.here.off')}
          </span>
          <Button
            look={on ? 'outline' : 'primary'}
            disabled={state === undefined || isPending}
            onClick={() => mutate()}
          >
            {t(on ? 'notify.here.turnOff' : 'notify.here.turnOn')}
          </Button>
        </div>
      )}
    </Section>
  );
}

type Change = (patch: NotificationPatch) => void;

const WHAT = ['mine', 'all', 'off'] as const;
const MINUTES = [2, 5, 15, 30, 60, 240];

function What({ answer, change }: { answer: NotificationAnswer; change: Change }) {
  const { settings, mail } = answer;
  const after = settings.email_after_minutes;
  const offered = after === null || MINUTES.includes(after) ? MINUTES : [...MINUTES, after];
  return (
    <Section title={t('notify.away')}>
      <Field label={t('notify.push')} className="max-w-md">
        <Select
          value={settings.push}
          choices={WHAT.map((value) => ({ value, text: t(`notify.push.${value}`) }))}
          onChange={(push) => change({ push })}
        />
      </Field>
      <Field
        label={t('notify.mail')}
        hint={t(mail ? 'notify.mail.hint' : 'notify.mail.none')}
        className="max-w-md"
      >
        <Select
          value={String(after ?? '')}
          disabled={!mail}
          choices={[
            { value: '', text: t('notify.mail.never') },
            ...offered.map((count) => ({
              value: String(count),
              text: t('notify.mail.minutes', { count }),
            })),
          ]}
          onChange={(value) => change({ email_after_minutes: value === '' ? null : Number(value) })}
        />
      </Field>
    </Section>
  );
}

function Quiet({ settings, change }: { settings: NotificationSettings; change: Change }) {
  const { quiet } = settings;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const set = (part: { from?: string; to?: string }) => {
    // A field that is being cleared has no time for a moment.
    if (quiet !== null && !Object.values(part).includes(''))
      change({ quiet: { ...quiet, ...part } });
  };
  return (
    <Section title={t('notify.quiet')}>
      <SwitchRow
        label={t('notify.quiet.daily')}
        hint={t('notify.quiet.hint', { zone: quiet?.time_zone ?? zone })}
        checked={quiet !== null}
        onChange={(on) =>
          change({ quiet: on ? { time_zone: zone, from: '20:00', to: '08:00' } : null })
        }
      />
      {quiet !== null && (
        <div className="flex gap-4">
          <Field label={t('notify.quiet.from')}>
            <TextInput
              type="time"
              value={quiet.from}
              onChange={(event) => set({ from: event.target.value })}
            />
          </Field>
          <Field label={t('notify.quiet.to')}>
            <TextInput
              type="time"
              value={quiet.to}
              onChange={(event) => set({ to: event.target.value })}
            />
          </Field>
        </div>
      )}
    </Section>
  );
}
