import type { AdminSite, AdminSiteAnswer } from '@parley/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { faultsOf } from '../api.ts';
import { SITE_TABS, type SiteTab } from '../settings-search.ts';
import { Loaded } from '../../ui/page.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';
import { type Saving, SaveBar } from '../ui/save-bar.tsx';
import { AppearanceTab } from './appearance-tab.tsx';
import { ChatTab } from './chat-tab.tsx';
import { draftOf, isChanged, patchOf, type SiteDraft } from './draft.ts';
import { HoursTab } from './hours-tab.tsx';
import { InstallTab } from './install-tab.tsx';
import { ProactiveTab } from './proactive-tab.tsx';
import { SecurityTab } from './security-tab.tsx';
import { WordsTab } from './words-tab.tsx';

/** All that is decided about one site. */
export function SitePage() {
  const { siteId } = useParams({ from: '/app/settings/sites/$siteId' });
  const chat = useChat();
  const query = useQuery({
    queryKey: ['site', siteId],
    queryFn: () =>
      chat.request<AdminSiteAnswer>('GET', `/admin/sites/${encodeURIComponent(siteId)}`),
    retry: false,
  });
  return (
    <SettingsPage title={query.data?.site.name ?? t('settings.site')} back="/settings/sites" wide>
      <Loaded query={query}>{({ site }) => <SiteForm key={site.id} site={site} />}</Loaded>
    </SettingsPage>
  );
}

/** What each tab is given: the draft, and how to change it. */
export interface TabProps {
  readonly site: AdminSite;
  readonly draft: SiteDraft;
  readonly faults: Readonly<Record<string, string>>;
  readonly change: (part: Partial<SiteDraft>) => void;
  readonly set: (part: Partial<SiteDraft['settings']>) => void;
}

function SiteForm({ site }: { site: AdminSite }) {
  const chat = useChat();
  const queries = useQueryClient();
  const { tab = 'install' } = useSearch({ from: '/app/settings/sites/$siteId' });
  const [draft, setDraft] = useState(() => draftOf(site));
  const [saving, setSaving] = useState<Saving>({ state: 'idle' });
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});

  function change(part: Partial<SiteDraft>) {
    setDraft((old) => ({ ...old, ...part }));
    setSaving({ state: 'idle' });
  }

  async function save() {
    setSaving({ state: 'busy' });
    try {
      const path = `/admin/sites/${site.id}`;
      const answer = await chat.request<AdminSiteAnswer>('PATCH', path, patchOf(site, draft));
      queries.setQueryData(['site', String(site.id)], answer);
      setDraft(draftOf(answer.site));
      setFaults({});
      setSaving({ state: 'saved' });
      await chat.refresh();
    } catch (error) {
      setFaults(faultsOf(error));
      setSaving({ state: 'failed', message: messageOf(error) });
    }
  }

  const props: TabProps = {
    site,
    draft,
    faults,
    change,
    set: (part) => change({ settings: { ...draft.settings, ...part } }),
  };
  return (
    <>
      <Tabs current={tab} />
      <TabBody tab={tab} props={props} />
      <SaveBar
        dirty={isChanged(site, draft)}
        saving={saving}
        onSave={() => void save()}
        onDiscard={() => {
          change(draftOf(site));
          setFaults({});
        }}
      />
    </>
  );
}

function Tabs({ current }: { current: SiteTab }) {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone there are more of them than fit.
    nav.current
      ?.querySelector('[aria-current=page]')
      ?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  return (
    <nav
      ref={nav}
      aria-label={t('site.tabs')}
      className="-mx-1 mb-7 flex gap-1 overflow-x-auto border-b border-line px-1 pb-px"
    >
      {SITE_TABS.map((tab) => (
        <Link
          key={tab}
          to="."
          search={{ tab }}
          replace
          aria-current={tab === current ? 'page' : undefined}
          className="-mb-px border-b-2 border-transparent px-3 py-2 whitespace-nowrap text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2 aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink max-md:py-3"
        >
          {t(`site.tab.${tab}`)}
        </Link>
      ))}
    </nav>
  );
}

function TabBody({ tab, props }: { tab: SiteTab; props: TabProps }) {
  switch (tab) {
    case 'install':
      return <InstallTab {...props} />;
    case 'appearance':
      return <AppearanceTab {...props} />;
    case 'chat':
      return <ChatTab {...props} />;
    case 'proactive':
      return <ProactiveTab {...props} />;
    case 'words':
      return <WordsTab {...props} />;
    case 'hours':
      return <HoursTab {...props} />;
    case 'security':
      return <SecurityTab {...props} />;
  }
}
