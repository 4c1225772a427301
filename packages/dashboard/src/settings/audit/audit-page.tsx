import type { AuditAnswer, AuditEntry } from '@parley/protocol';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { useChat, useMe } from '../../chat-context.tsx';
import { formatDateTime, isoTime } from '../../i18n/time.ts';
import { t } from '../../i18n/translate.ts';
import { Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Loaded } from '../../ui/page.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';
import { SitePicker, useManagedSite } from '../ui/site-picker.tsx';

/** Who changed what, when and from where. */
export function AuditPage() {
  const chat = useChat();
  const { site, sites, choose } = useManagedSite('audit.read');
  const query = useInfiniteQuery({
    queryKey: ['audit', site?.id],
    queryFn: ({ pageParam }) => {
      const of = new URLSearchParams({
        ...(site !== null && { site: String(site.id) }),
        ...(pageParam !== null && { before: String(pageParam) }),
      });
      return chat.request<AuditAnswer>('GET', `/admin/audit?${of}`);
    },
    initialPageParam: null as number | null,
    getNextPageParam: (page: AuditAnswer) =>
      page.has_more ? (page.entries.at(-1)?.id ?? null) : null,
  });
  return (
    <SettingsPage
      title={t('settings.audit')}
      text={t('audit.text')}
      actions={<SitePicker site={site} sites={sites} onChange={choose} />}
    >
      <Loaded query={query}>
        {({ pages }) => <Entries entries={pages.flatMap(({ entries }) => entries)} />}
      </Loaded>
      {query.hasNextPage && (
        <div className="mt-4 flex justify-center">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('audit.more')}
          </Button>
        </div>
      )}
    </SettingsPage>
  );
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  const { agent } = useMe();
  if (entries.length === 0) {
    return (
      <Blank
        icon={<ScrollText size={22} />}
        title={t('audit.none.title')}
        text={t('audit.none.text')}
      />
    );
  }
  return (
    <Card>
      <ul className="divide-y divide-line">
        {entries.map((entry) => (
          <li
            key={entry.id}
            className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-4 py-2.5"
          >
            <p className="min-w-0 grow basis-72">
              <span className="font-medium">
                {entry.agent === null ? t('audit.server') : entry.agent.name}
                {entry.agent?.id === agent.id && (
                  <span className="font-normal text-muted"> ({t('members.you')})</span>
                )}
              </span>{' '}
              <span className="text-soft">{t(`audit.${entry.action}`)}</span>{' '}
              <span className="[overflow-wrap:anywhere]">{entry.target}</span>
            </p>
            <p className="text-sm text-muted">
              <time dateTime={isoTime(entry.timestamp * 1_000)}>
                {formatDateTime(entry.timestamp * 1_000)}
              </time>{' '}
              · {entry.address}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
