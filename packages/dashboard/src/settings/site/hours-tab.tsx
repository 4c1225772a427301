import type { BusinessHours, Weekday } from '@parley/protocol';
import { Plus, Trash2 } from 'lucide-react';
import { locale, t } from '../../i18n/translate.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Field, Select, SwitchRow, TextArea, TextInput } from '../../ui/form.tsx';
import { Card, Section } from '../../ui/page.tsx';
import type { TabProps } from './site-page.tsx';

type Time = BusinessHours['times'][number];

const DAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const WORKDAYS: readonly Weekday[] = DAYS.slice(0, 5);
const TIMES_MAX = 28;

/** When somebody answers, and what is said when nobody does. */
export function HoursTab({ draft, faults, set }: TabProps) {
  const { hours, offline_message } = draft.settings;
  return (
    <div className="max-w-3xl">
      <Section title={t('hours.title')} text={t('hours.text')}>
        <SwitchRow
          label={t('hours.limited')}
          hint={t('hours.limited.hint')}
          checked={hours !== null}
          onChange={(on) => set({ hours: on ? officeHours() : null })}
        />
        {hours !== null && (
          <Hours hours={hours} faults={faults} onChange={(next) => set({ hours: next })} />
        )}
      </Section>
      <Section title={t('hours.offline')} text={t('hours.offline.text')}>
        <Field label={t('hours.offline.label')} error={faults['settings.offline_message']}>
          <TextArea
            value={offline_message}
            maxLength={500}
            onChange={(event) => set({ offline_message: event.target.value })}
          />
        </Field>
      </Section>
    </div>
  );
}

function officeHours(): BusinessHours {
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { time_zone, times: WORKDAYS.map((day) => ({ day, from: '09:00', to: '17:00' })) };
}

function Hours({
  hours,
  faults,
  onChange,
}: {
  hours: BusinessHours;
  faults: TabProps['faults'];
  onChange: (hours: BusinessHours) => void;
}) {
  const { time_zone, times } = hours;
  const indexed = times.map((time, index) => ({ time, index }));
  const replace = (index: number, part: Partial<Time>) =>
    onChange({
      ...hours,
      times: times.map((time, at) => (at === index ? { ...time, ...part } : time)),
    });
  return (
    <>
      <Field
        label={t('hours.zone')}
        error={faults['settings.hours.time_zone']}
        className="max-w-md"
      >
        <Select
          value={time_zone}
          choices={zones(time_zone)}
          onChange={(zone) => onChange({ ...hours, time_zone: zone })}
        />
      </Field>
      <Card>
        <ul className="divide-y divide-line">
          {DAYS.map((day) => (
            <DayRow
              key={day}
              day={day}
              times={indexed.filter(({ time }) => time.day === day)}
              faultOf={(index) => faults[`settings.hours.times.${index}.to`]}
              full={times.length >= TIMES_MAX}
              onAdd={(time) => onChange({ ...hours, times: [...times, time] })}
              onChange={replace}
              onRemove={(index) =>
                onChange({ ...hours, times: times.filter((_, at) => at !== index) })
              }
            />
          ))}
        </ul>
      </Card>
    </>
  );
}

function DayRow({
  day,
  times,
  faultOf,
  full,
  onAdd,
  onChange,
  onRemove,
}: {
  day: Weekday;
  times: readonly { time: Time; index: number }[];
  faultOf: (index: number) => string | undefined;
  full: boolean;
  onAdd: (time: Time) => void;
  onChange: (index: number, part: Partial<Time>) => void;
  onRemove: (index: number) => void;
}) {
  const name = nameOfDay(day);
  return (
    <li className="flex items-start gap-4 px-4 py-2.5 max-md:flex-col max-md:gap-2">
      <span className="w-28 shrink-0 py-1.5 font-medium max-md:w-full max-md:py-0">{name}</span>
      <div className="flex min-w-0 grow flex-col gap-2">
        {times.length === 0 && <span className="py-1.5 text-muted">{t('hours.closed')}</span>}
        {times.map(({ time, index }) => {
          const wrong = time.from >= time.to ? t('hours.order') : faultOf(index);
          return (
            <div key={index} className="flex flex-wrap items-center gap-2">
              <TextInput
                type="time"
                aria-label={t('hours.from', { day: name })}
                value={time.from}
                className="max-w-31"
                onChange={(event) => onChange(index, { from: event.target.value })}
              />
              <span aria-hidden>–</span>
              <TextInput
                type="time"
                aria-label={t('hours.to', { day: name })}
                aria-invalid={wrong !== undefined}
                value={time.to === '24:00' ? '23:59' : time.to}
                className="max-w-31"
                onChange={(event) => onChange(index, { to: event.target.value })}
              />
              <IconButton label={t('hours.remove', { day: name })} onClick={() => onRemove(index)}>
                <Trash2 size={15} aria-hidden />
              </IconButton>
              {wrong !== undefined && <span className="text-sm text-late">{wrong}</span>}
            </div>
          );
        })}
      </div>
      <Button
        look="quiet"
        disabled={full}
        aria-label={t('hours.add', { day: name })}
        onClick={() => onAdd({ day, from: '09:00', to: '17:00' })}
      >
        <Plus size={15} aria-hidden />
        {t('hours.addShort')}
      </Button>
    </li>
  );
}

/** 2024 began with a Monday. */
function nameOfDay(day: Weekday): string {
  const date = new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)));
  return new Intl.DateTimeFormat(locale(), { weekday: 'long', timeZone: 'UTC' }).format(date);
}

function zones(current: string) {
  const known = Intl.supportedValuesOf('timeZone');
  const all = known.includes(current) ? known : [current, ...known];
  return all.map((zone) => ({ value: zone, text: zone.replaceAll('_', ' ') }));
}
