import type { AdminSiteAnswer, MemberSite } from '@parley/protocol';
import { roleMay } from '@parley/protocol';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronRight, Globe, Plus, TriangleAlert } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useChat, useMe } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/form.tsx';
import { Card, Problem } from '../../ui/page.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';

/** The sites of which one is a member. */
export function SitesPage() {
  const { sites } = useMe();
  const [creating, setCreating] = useState(false);
  const mayCreate = sites.some(({ role }) => roleMay(role, 'site.create'));
  return (
    <SettingsPage
      title={t('settings.sites')}
      text={t('sites.text')}
      actions={
        mayCreate && (
          <Button look="primary" onClick={() => setCreating(true)}>
            <Plus size={15} aria-hidden />
            {t('sites.new')}
          </Button>
        )
      }
    >
      {sites.length === 0 ? (
        <Blank
          icon={<Globe size={22} />}
          title={t('sites.none.title')}
          text={t('sites.none.text')}
        />
      ) : (
        <Card>
          <ul className="divide-y divide-line">
            {sites.map((site) => (
              <SiteRow key={site.id} site={site} />
            ))}
          </ul>
        </Card>
      )}
      {creating && <NewSiteDialog onClose={() => setCreating(false)} />}
    </SettingsPage>
  );
}

function SiteRow({ site }: { site: MemberSite }) {
  const open = site.allowed_origins.length === 0;
  const body = (
    <>
      <span className="flex size-9 shrink-0 items-center justify-center rounded-lg bg-sunken text-muted">
        <Globe size={17} aria-hidden />
      </span>
      <span className="min-w-0 grow">
        <span className="block truncate font-medium">{site.name}</span>
        <span className="flex items-center gap-1.5 text-sm text-muted">
          {open && <TriangleAlert size={13} aria-hidden className="shrink-0 text-wait" />}
          <span className="truncate">
            {open ? t('sites.anyOrigin') : site.allowed_origins.join(', ')}
          </span>
        </span>
      </span>
      <span className="rounded-md bg-sunken px-2 py-0.5 text-xs text-soft">
        {t(`role.${site.role}`)}
      </span>
    </>
  );
  const row = 'flex items-center gap-3 px-4 py-3';
  if (!roleMay(site.role, 'site.change')) return <li className={row}>{body}</li>;
  return (
    <li>
      <Link
        to="/settings/sites/$siteId"
        params={{ siteId: String(site.id) }}
        className={`${row} transition-colors hover:bg-hover focus-visible:-outline-offset-2`}
      >
        {body}
        <ChevronRight size={16} aria-hidden className="shrink-0 text-muted" />
      </Link>
    </li>
  );
}

function NewSiteDialog({ onClose }: { onClose: () => void }) {
  const chat = useChat();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function create() {
    setBusy(true);
    try {
      const { site } = await chat.request<AdminSiteAnswer>('POST', '/admin/sites', { name });
      await chat.refresh();
      await navigate({ to: '/settings/sites/$siteId', params: { siteId: String(site.id) } });
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!busy && name.trim() !== '') void create();
  }

  return (
    <Dialog title={t('sites.new')} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {problem !== null && <Problem>{problem}</Problem>}
        <Field label={t('sites.name')} hint={t('sites.name.hint')}>
          <TextInput
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <DialogActions>
          <Button onClick={onClose}>{t('settings.cancel')}</Button>
          <Button look="primary" type="submit" disabled={busy || name.trim() === ''}>
            {t('sites.create')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
