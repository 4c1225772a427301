import { type AgentRole, type Permission, roleMay } from '@parley/protocol';
import { useState } from 'react';
import { useMe } from '../../chat-context.tsx';
import { t } from '../../i18n/translate.ts';
import { Select } from '../../ui/form.tsx';

export interface ManagedSite {
  readonly id: number;
  readonly name: string;
  readonly role: AgentRole;
}

/** The site that a page is about, among those on which one may do that; null: there is none. */
export function useManagedSite(permission: Permission): {
  readonly site: ManagedSite | null;
  readonly sites: readonly ManagedSite[];
  readonly choose: (id: number) => void;
} {
  const { sites: all } = useMe();
  const sites = all.filter(({ role }) => roleMay(role, permission));
  const [chosen, choose] = useState<number | null>(null);
  const site = sites.find(({ id }) => id === chosen) ?? sites[0] ?? null;
  return { site, sites, choose };
}

/** Not there where there is nothing to choose. */
export function SitePicker({
  site,
  sites,
  onChange,
}: {
  site: ManagedSite | null;
  sites: readonly ManagedSite[];
  onChange: (id: number) => void;
}) {
  if (site === null || sites.length < 2) return null;
  return (
    <Select
      aria-label={t('settings.site')}
      className="max-w-52"
      value={String(site.id)}
      choices={sites.map(({ id, name }) => ({ value: String(id), text: name }))}
      onChange={(id) => onChange(Number(id))}
    />
  );
}
