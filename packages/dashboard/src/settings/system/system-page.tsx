import type { SystemAnswer, SystemFinding } from '@parley/protocol';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, RefreshCw, TriangleAlert } from 'lucide-react';
import { useChat } from '../../chat-context.tsx';
import { formatDateTime } from '../../i18n/time.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { Card, Loaded } from '../../ui/page.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';
import { findingText } from './finding-text.ts';

/** How the server is, for who runs it: what is wrong first. */
export function SystemPage() {
  const chat = useChat();
  const query = useQuery({
    queryKey: ['system'],
    queryFn: () => chat.request<SystemAnswer>('GET', '/admin/system'),
  });
  return (
    <SettingsPage
      title={t('system.title')}
      text={t('system.text')}
      actions={
        <Button disabled={query.isFetching} onClick={() => void query.refetch()}>
          <RefreshCw size={15} aria-hidden />
          {t('system.again')}
        </Button>
      }
    >
      <Loaded query={query} rows={6}>
        {(answer) => <Findings answer={answer} />}
      </Loaded>
    </SettingsPage>
  );
}

const WORST_FIRST = ['wrong', 'warning', 'ok'] as const satisfies readonly SystemFinding['state'][];

function Findings({ answer }: { answer: SystemAnswer }) {
  const { version, node, checked_at, findings } = answer;
  const sorted = WORST_FIRST.flatMap((state) => findings.filter((one) => one.state === state));
  const bad = findings.filter(({ state }) => state !== 'ok').length;
  return (
    <>
      <p role="status" className="mb-1 text-lg font-semibold">
        {bad === 0 ? t('system.allWell') : t('system.bad', { count: bad })}
      </p>
      <p className="mb-5 text-sm text-muted">
        {t('system.version', { version, node, time: formatDateTime(checked_at * 1_000) })}
      </p>
      <Card>
        <ul className="divide-y divide-line">
          {sorted.map((finding) => (
            <Row key={`${finding.what} ${finding.said}`} finding={finding} />
          ))}
        </ul>
      </Card>
    </>
  );
}

/** Told when it is shown: the language may be chosen after this file was loaded. */
function Sign({ state }: { state: SystemFinding['state'] }) {
  const label = t(`system.${state}`);
  if (state === 'ok') {
    return <CircleCheck size={17} className="text-live" role="img" aria-label={label} />;
  }
  const [Icon, color] =
    state === 'warning'
      ? ([TriangleAlert, 'text-wait'] as const)
      : ([CircleAlert, 'text-late'] as const);
  return <Icon size={17} className={color} role="img" aria-label={label} />;
}

function Row({ finding }: { finding: SystemFinding }) {
  const { state, what } = finding;
  const { lang, said, advice } = findingText(finding);
  return (
    <li className="flex gap-3 px-4 py-3">
      <span className="mt-0.5 shrink-0">
        <Sign state={state} />
      </span>
      <div className="min-w-0">
        <p className="font-medium">{nameOf(what)}</p>
        <p lang={lang} className="text-soft [overflow-wrap:anywhere]">
          {said}
        </p>
        {advice !== undefined && (
          <p lang={lang} className="mt-1 text-sm [overflow-wrap:anywhere]">
            → {advice}
          </p>
        )}
      </div>
    </li>
  );
}

const KNOWN = [
  'configuration',
  'proxy',
  'database',
  'redis',
  'address',
  'websocket',
  'mail',
  'files',
  'virus',
  'disk',
  'jobs',
  'realtime',
  'push',
  'clock',
  'check',
] as const;

/** A newer server may look at more: that is called as the server calls it. */
function nameOf(what: string): string {
  const known = KNOWN.find((name) => name === what);
  return known === undefined ? what : t(`system.what.${known}`);
}
