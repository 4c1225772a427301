import type { ReplyTime, SiteSettings } from '@parley/protocol';
import { formatWait } from '../../i18n/time.ts';
import { t } from '../../i18n/translate.ts';
import { Field, Select, SwitchRow } from '../../ui/form.tsx';
import { Section } from '../../ui/page.tsx';
import { localeChoices } from './locales.ts';
import type { TabProps } from './site-page.tsx';

const PRECHATS = ['off', 'optional', 'required'] as const;
const WHENS = ['before', 'after'] as const;
const HOUR_S = 3_600;
const REOPEN_S = [0, HOUR_S, 24 * HOUR_S, 72 * HOUR_S, 7 * 24 * HOUR_S, 30 * 24 * HOUR_S] as const;
const MAIL_MINUTES = [2, 10, 30, 60, 240] as const;
const REPLY_S = [60, 300, 900, HOUR_S, 4 * HOUR_S, 24 * HOUR_S] as const;

/** How a conversation goes. */
export function ChatTab({ draft, set }: TabProps) {
  const { settings } = draft;
  return (
    <div className="max-w-3xl">
      <Section title={t('chat.language')} text={t('chat.language.text')}>
        <Field label={t('chat.locale')} className="max-w-md">
          <Select
            value={settings.locale}
            choices={localeChoices(settings.locale)}
            onChange={(locale) => set({ locale })}
          />
        </Field>
      </Section>
      <Section title={t('chat.prechat')} text={t('chat.prechat.text')}>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t('chat.prechat.ask')}>
            <Select
              value={settings.prechat}
              choices={PRECHATS.map((value) => ({ value, text: t(`chat.prechat.${value}`) }))}
              onChange={(prechat) => set({ prechat })}
            />
          </Field>
          {settings.prechat !== 'off' && (
            <Field label={t('chat.prechat.when')}>
              <Select
                value={settings.prechat_when}
                choices={WHENS.map((value) => ({ value, text: t(`chat.prechat.${value}`) }))}
                onChange={(prechat_when) => set({ prechat_when })}
              />
            </Field>
          )}
        </div>
      </Section>
      <Section title={t('chat.abilities')}>
        <Switches settings={settings} set={set} />
      </Section>
      <Section title={t('chat.times')}>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t('chat.replyTime')} hint={t('chat.replyTime.hint')}>
            <Select
              value={String(settings.reply_time)}
              choices={replyTimes(settings.reply_time)}
              onChange={(value) => set({ reply_time: replyTimeOf(value) })}
            />
          </Field>
          <Field label={t('chat.answerMail')} hint={t('chat.answerMail.hint')}>
            <Select
              value={String(settings.answer_mail_minutes)}
              choices={mailTimes(settings.answer_mail_minutes)}
              onChange={(value) =>
                set({ answer_mail_minutes: value === NEVER ? null : Number(value) })
              }
            />
          </Field>
          <Field label={t('chat.reopen')} hint={t('chat.reopen.hint')}>
            <Select
              value={String(settings.reopen_window_s)}
              choices={reopenTimes(settings.reopen_window_s)}
              onChange={(value) => set({ reopen_window_s: Number(value) })}
            />
          </Field>
        </div>
      </Section>
    </div>
  );
}

const SWITCHES = [
  'assign_in_turn',
  'typing_preview',
  'voice',
  'live_visitors',
  'team',
  'rating',
  'transcript',
] as const;

function Switches({ settings, set }: { settings: SiteSettings; set: TabProps['set'] }) {
  return SWITCHES.map((name) => (
    <SwitchRow
      key={name}
      label={t(`chat.${name}`)}
      hint={t(`chat.${name}.hint`)}
      checked={settings[name]}
      onChange={(on) => set({ [name]: on })}
    />
  ));
}

/** As null is written where only texts are. */
const NEVER = 'null';

function mailTimes(current: number | null) {
  const known: readonly number[] = MAIL_MINUTES;
  const times = current === null || known.includes(current) ? known : [...known, current];
  return [
    { value: NEVER, text: t('chat.answerMail.never') },
    ...times.map((minutes) => ({
      value: String(minutes),
      text: t('chat.answerMail.after', { time: formatWait(minutes * 60) }),
    })),
  ];
}

function replyTimes(current: ReplyTime) {
  const known: readonly number[] = REPLY_S;
  const times =
    typeof current === 'number' && !known.includes(current) ? [...known, current] : known;
  return [
    { value: 'measured', text: t('chat.replyTime.measured') },
    { value: 'hidden', text: t('chat.replyTime.hidden') },
    ...times.map((time_s) => ({ value: String(time_s), text: span(time_s) })),
  ];
}

function replyTimeOf(value: string): ReplyTime {
  return value === 'measured' || value === 'hidden' ? value : Number(value);
}

function reopenTimes(current_s: number) {
  const known: readonly number[] = REOPEN_S;
  const times = known.includes(current_s) ? known : [...known, current_s];
  return times.map((time_s) => ({
    value: String(time_s),
    text: time_s === 0 ? t('chat.reopen.never') : span(time_s),
  }));
}

function span(time_s: number): string {
  if (time_s < HOUR_S) return formatWait(time_s);
  const hours = Math.round(time_s / HOUR_S);
  return hours <= 72
    ? t('chat.hours', { count: hours })
    : t('chat.days', { count: Math.round(hours / 24) });
}
