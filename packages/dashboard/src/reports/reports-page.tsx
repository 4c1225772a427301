import '../i18n/late-words.ts';
import { type ReportAnswer, roleMay } from '@parley/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChartColumn, Download } from 'lucide-react';
import { useState } from 'react';
import { useChat, useMe } from '../chat-context.tsx';
import { t } from '../i18n/translate.ts';
import { Loaded, Section } from '../ui/page.tsx';
import { SettingsPage } from '../settings/ui/settings-page.tsx';
import { Select, TextInput } from '../ui/form.tsx';
import { Blank } from '../ui/blank.tsx';
import { DaysChart, HoursHeat } from './charts.tsx';
import { type Figure, FIGURES, FiguresTable, hasNothingBefore, Tiles } from './figures.tsx';
import { isRange, lastDays, LENGTHS, type ReportRange, todayIn } from './report-range.ts';

/** How much was asked, and how fast it was answered. */
export function ReportsPage() {
  const chat = useChat();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const sites = useMe().sites.filter(({ role }) => roleMay(role, 'reports.read'));
  const [site, setSite] = useState('');
  const [range, setRange] = useState<ReportRange>(() => lastDays(30, todayIn(zone, Date.now())));
  const of = new URLSearchParams({ ...range, zone, ...(site !== '' && { site }) }).toString();
  const query = useQuery({
    queryKey: ['reports', of],
    queryFn: () => chat.request<ReportAnswer>('GET', `/admin/reports?${of}`),
    enabled: isRange(range) && sites.length > 0,
    placeholderData: keepPreviousData,
  });
  return (
    <main className="relative h-full overflow-y-auto bg-surface">
      <SettingsPage
        wide
        back="/chatbot"
        title={t('reports.title')}
        text={t('reports.text', { zone })}
        actions={
          <>
            {sites.length > 1 && (
              <Select
                aria-label={t('settings.site')}
                className="max-w-52"
                value={site}
                choices={[
                  { value: '', text: t('reports.allSites') },
                  ...sites.map(({ id, name }) => ({ value: String(id), text: name })),
                ]}
                onChange={setSite}
              />
            )}
            <a
              href={`/admin/reports.csv?${of}`}
              download
              className="inline-flex h-9 items-center gap-1.5 rounded-lg border border-line bg-raised px-3 text-sm font-medium shadow-low hover:bg-hover max-md:h-11"
            >
              <Download size={15} aria-hidden />
              {t('reports.export')}
            </a>
          </>
        }
      >
        <RangePicker range={range} zone={zone} onChange={setRange} />
        {sites.length === 0 ? (
          <Blank
            icon={<ChartColumn size={22} />}
            title={t('reports.notYours.title')}
            text={t('reports.notYours.text')}
          />
        ) : (
          <Loaded query={query}>{(report) => <Report report={report} />}</Loaded>
        )}
      </SettingsPage>
    </main>
  );
}

function RangePicker({
  range,
  zone,
  onChange,
}: {
  range: ReportRange;
  zone: string;
  onChange: (range: ReportRange) => void;
}) {
  const today = todayIn(zone, Date.now());
  return (
    <div className="mb-6 flex flex-wrap items-center gap-2">
      <Select
        aria-label={t('reports.range')}
        className="md:max-w-44"
        value={String(
          LENGTHS.find((days) => lastDays(days, today).from === range.from && range.to === today) ??
            '',
        )}
        choices={[
          ...LENGTHS.map((count) => ({
            value: String(count),
            text: t('reports.lastDays', { count }),
          })),
          { value: '', text: t('reports.own') },
        ]}
        onChange={(days) => {
          if (days !== '') onChange(lastDays(Number(days), today));
        }}
      />
      <div className="flex gap-2 max-md:w-full">
        {(['from', 'to'] as const).map((end) => (
          <TextInput
            key={end}
            type="date"
            aria-label={t(`reports.${end}`)}
            aria-invalid={!isRange(range) || undefined}
            value={range[end]}
            max={today}
            onChange={({ target }) => {
              if (target.value !== '') onChange({ ...range, [end]: target.value });
            }}
          />
        ))}
      </div>
      {!isRange(range) && (
        <p role="alert" className="text-sm text-late">
          {t('reports.wrongRange')}
        </p>
      )}
    </div>
  );
}

function Report({ report }: { report: ReportAnswer }) {
  if (report.total.conversations === 0) {
    return (
      <Blank
        icon={<ChartColumn size={22} />}
        title={t('reports.none.title')}
        text={t('reports.none.text')}
      />
    );
  }
  return (
    <>
      <Tiles report={report} />
      <p className="mt-2 mb-8 text-sm text-muted">
        {t('reports.median')} {hasNothingBefore(report) && t('reports.noBefore')}
      </p>
      <Days days={report.days} />
      {report.agents.length > 0 && (
        <Section title={t('reports.byAgent')}>
          <FiguresTable caption={t('reports.byAgent')} rows={report.agents} />
        </Section>
      )}
      {report.sites.length > 1 && (
        <Section title={t('reports.bySite')}>
          <FiguresTable caption={t('reports.bySite')} rows={report.sites} />
        </Section>
      )}
      <Section title={t('reports.byHour')}>
        <HoursHeat hours={report.hours} />
      </Section>
    </>
  );
}

/** One of the figures, day by day. */
function Days({ days }: { days: ReportAnswer['days'] }) {
  const [title, setTitle] = useState<Figure['title']>('reports.conversations');
  const figure = FIGURES.find((one) => one.title === title);
  return (
    <Section
      title={t('reports.byDay')}
      actions={
        <Select
          aria-label={t('reports.figure')}
          className="max-w-52"
          value={title}
          choices={FIGURES.map((one) => ({ value: one.title, text: t(one.title) }))}
          onChange={setTitle}
        />
      }
    >
      {figure !== undefined && <DaysChart days={days} figure={figure} />}
    </Section>
  );
}
