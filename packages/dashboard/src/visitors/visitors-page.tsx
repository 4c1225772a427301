import '../i18n/late-words.ts';
import type { LiveVisitor, LiveVisitorsAnswer } from '@parley/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Eye, MessageSquare, MessageSquarePlus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useChat, useMe } from '../chat-context.tsx';
import { ConnectionIndicator } from '../connection/connection-indicator.tsx';
import { formatSpan } from '../i18n/time.ts';
import { t } from '../i18n/translate.ts';
import { useTitle } from '../inbox/use-attention.ts';
import { visitorName } from '../inbox/visitor-name.ts';
import { Loaded } from '../ui/page.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { Blank } from '../ui/blank.tsx';
import { Button } from '../ui/button.tsx';
import { useElapsed_s } from '../ui/clock.ts';
import { ApproachDialog } from './approach-dialog.tsx';
import { originOf, pathOf } from './page-address.ts';

const LIST = 'visitors';
/** Changes are told for 90 s after each question. */
const ASK_AGAIN_MS = 60_000;

/** Who is on which page now, since when and from where; and the first word to them. */
export function VisitorsPage() {
  useTitle(t('visitors.title'));
  const chat = useChat();
  const query = useQuery({
    queryKey: [LIST],
    queryFn: () => chat.request<LiveVisitorsAnswer>('GET', '/admin/visitors'),
    refetchInterval: ASK_AGAIN_MS,
  });
  const queries = useQueryClient();
  useEffect(
    () =>
      chat.onVisitorsChanged(() => {
        // Without `void` a failed question would be nobody's; the query shows it.
        void queries.invalidateQueries({ queryKey: [LIST] });
      }),
    [chat, queries],
  );
  const total = query.data?.total ?? 0;
  return (
    <main className="relative h-full overflow-y-auto bg-surface">
      <div className="mx-auto w-full max-w-6xl px-8 pt-6 pb-16 max-md:px-4 max-md:pt-3">
        <header className="mb-6 flex items-center gap-2">
          <BackLink to="/chatbot" label={t('app.backToInbox')} className="-ml-2 lg:hidden" />
          <h1 className="truncate text-xl font-semibold tracking-tight">{t('visitors.title')}</h1>
          {total > 0 && <span className="text-muted tabular-nums">{total}</span>}
          <span className="ml-auto" />
          <ConnectionIndicator />
        </header>
        <Loaded query={query}>{(answer) => <Visitors answer={answer} />}</Loaded>
      </div>
    </main>
  );
}

function Visitors({ answer: { visitors, total, sites } }: { answer: LiveVisitorsAnswer }) {
  const [approached, setApproached] = useState<LiveVisitor | null>(null);
  if (!sites.some(({ live_visitors }) => live_visitors)) return <SwitchedOff />;
  if (visitors.length === 0) {
    return (
      <Blank
        icon={<Eye size={22} />}
        title={t('visitors.none.title')}
        text={t('visitors.none.text')}
      />
    );
  }
  return (
    <>
      <table className="w-full table-fixed border-separate border-spacing-0 text-left">
        <thead className="text-xs font-medium text-muted max-md:sr-only">
          <tr className="[&>th]:border-b [&>th]:border-line [&>th]:px-3 [&>th]:pb-2 [&>th]:font-medium">
            <th className="w-[20%]">{t('visitors.visitor')}</th>
            <th>{t('visitors.page')}</th>
            <th className="w-20">{t('visitors.since')}</th>
            <th className="w-36 max-lg:hidden">{t('visitors.from')}</th>
            <th className="w-20 max-lg:hidden">{t('visitors.pages')}</th>
            <th className="w-48">
              <span className="sr-only">{t('visitors.action')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {visitors.map((one) => (
            <Row key={one.visitor.id} one={one} onApproach={() => setApproached(one)} />
          ))}
        </tbody>
      </table>
      {total > visitors.length && (
        <p className="px-3 pt-3 text-sm text-muted">
          {t('visitors.more', { count: total - visitors.length })}
        </p>
      )}
      {approached !== null && (
        <ApproachDialog visitor={approached.visitor} onClose={() => setApproached(null)} />
      )}
    </>
  );
}

const CELL = '[&>td]:border-b [&>td]:border-line [&>td]:px-3 [&>td]:py-2.5';
/** On a phone a row is a block of lines. */
const STACKED =
  'max-md:flex max-md:flex-wrap max-md:items-center max-md:border-b max-md:border-line max-md:py-3 max-md:[&>td]:border-0 max-md:[&>td]:px-1 max-md:[&>td]:py-0.5';

function Row({ one, onApproach }: { one: LiveVisitor; onApproach: () => void }) {
  const { visitor, page, since, pages, conversation_id } = one;
  const name = visitorName(visitor);
  const title = page.title?.trim() ?? '';
  const path = pathOf(page.url);
  return (
    <tr className={`${CELL} ${STACKED}`}>
      <td className="max-md:grow">
        <span className="block truncate font-medium">{name}</span>
        {visitor.email !== null && (
          <span className="block truncate text-xs text-muted">{visitor.email}</span>
        )}
      </td>
      <td className="max-md:order-1 max-md:w-full">
        <span className="block truncate">{title === '' ? path : title}</span>
        {title !== '' && <span className="block truncate text-xs text-muted">{path}</span>}
      </td>
      <td className="whitespace-nowrap text-muted tabular-nums">
        <Since since_s={since} />
      </td>
      <td className="truncate text-muted max-lg:hidden">
        {originOf(page.referrer) ?? t('visitors.direct')}
      </td>
      <td className="text-muted tabular-nums max-lg:hidden">{pages}</td>
      <td className="text-right max-md:order-2 max-md:w-full max-md:text-left">
        {conversation_id === null ? (
          <Button onClick={onApproach} aria-label={t('visitors.startWith', { name })}>
            <MessageSquarePlus size={15} aria-hidden />
            {t('visitors.start')}
          </Button>
        ) : (
          <Link
            to="/chatbot/$id"
            params={{ id: String(conversation_id) }}
            aria-label={t('visitors.openWith', { name })}
            className="inline-flex h-8 items-center gap-1.5 rounded-lg px-3 text-sm font-medium text-soft hover:bg-hover hover:text-ink max-md:h-10"
          >
            <MessageSquare size={15} aria-hidden />
            {t('visitors.open')}
          </Link>
        )}
      </td>
    </tr>
  );
}

function Since({ since_s }: { since_s: number }) {
  return formatSpan(useElapsed_s(since_s));
}

function SwitchedOff() {
  const { sites } = useMe();
  const managed = sites.find(({ role }) => role !== 'agent');
  return (
    <Blank icon={<Eye size={22} />} title={t('visitors.off.title')} text={t('visitors.off.text')}>
      {managed !== undefined && (
        <Link
          to="/settings/sites/$siteId"
          params={{ siteId: String(managed.id) }}
          search={{ tab: 'chat' }}
          className="font-medium text-accent underline-offset-2 hover:underline"
        >
          {t('visitors.off.open')}
        </Link>
      )}
    </Blank>
  );
}
