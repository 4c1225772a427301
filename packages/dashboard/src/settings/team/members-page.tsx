import type { Member, MembersAnswer } from '@parley/protocol';
import { rolesGivenBy } from '@parley/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, ShieldCheck, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useChat, useMe } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { formatAgo } from '../../i18n/time.ts';
import { t } from '../../i18n/translate.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { useNow_ms } from '../../ui/clock.ts';
import { cx } from '../../ui/cx.ts';
import { Menu, MenuButton, MenuChoice, MenuItem, MenuLabel, MenuLine } from '../../ui/menu.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Card, Loaded, Section } from '../../ui/page.tsx';
import { Question } from '../ui/question.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';
import { type ManagedSite, SitePicker, useManagedSite } from '../ui/site-picker.tsx';
import { Invitations } from './invitations.tsx';
import { InviteDialog } from './invite-dialog.tsx';

/** Who answers on a site, and as what. */
export function MembersPage() {
  const { site, sites, choose } = useManagedSite('members.manage');
  const [inviting, setInviting] = useState(false);
  return (
    <SettingsPage
      title={t('settings.members')}
      text={t('members.text')}
      actions={
        <>
          <SitePicker site={site} sites={sites} onChange={choose} />
          {site !== null && (
            <Button look="primary" onClick={() => setInviting(true)}>
              <UserPlus size={15} aria-hidden />
              {t('members.invite')}
            </Button>
          )}
        </>
      }
    >
      {site !== null && <MembersOf key={site.id} site={site} />}
      {inviting && site !== null && <InviteDialog site={site} onClose={() => setInviting(false)} />}
    </SettingsPage>
  );
}

function MembersOf({ site }: { site: ManagedSite }) {
  const chat = useChat();
  const query = useQuery({
    queryKey: ['members', site.id],
    queryFn: () => chat.request<MembersAnswer>('GET', `/admin/sites/${site.id}/members`),
  });
  return (
    <Loaded query={query}>
      {({ members, invitations }) => (
        <>
          <Card>
            <ul className="divide-y divide-line">
              {members.map((member) => (
                <MemberRow key={member.id} member={member} site={site} />
              ))}
            </ul>
          </Card>
          {invitations.length > 0 && (
            <div className="mt-8">
              <Section title={t('invitations.title')} text={t('invitations.text')}>
                <Invitations invitations={invitations} siteId={site.id} />
              </Section>
            </div>
          )}
        </>
      )}
    </Loaded>
  );
}

function MemberRow({ member, site }: { member: Member; site: ManagedSite }) {
  const { agent } = useMe();
  const now_s = useNow_ms('quarterMinute') / 1_000;
  const mayChange = rolesGivenBy(site.role).includes(member.role);
  return (
    <li className={cx('flex items-center gap-3 px-4 py-3', member.disabled && 'bg-sunken')}>
      <Avatar name={member.name} seed={`agent:${member.name}`} />
      <div className="min-w-0 grow">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{member.name}</span>
          {member.id === agent.id && <span className="text-sm text-muted">{t('members.you')}</span>}
          {member.two_factor && (
            <span title={t('members.twoFactor')} className="text-live">
              <ShieldCheck size={14} aria-label={t('members.twoFactor')} role="img" />
            </span>
          )}
        </p>
        <p className="text-sm text-muted wrap-anywhere sm:truncate">
          {member.email} · {seen(member, now_s)}
        </p>
      </div>
      <span className="rounded-md bg-sunken px-2 py-0.5 text-xs text-soft">
        {t(member.disabled ? 'members.disabled' : `role.${member.role}`)}
      </span>
      {mayChange ? (
        <MemberMenu member={member} site={site} isSelf={member.id === agent.id} />
      ) : (
        <span className="w-8 max-md:w-10" />
      )}
    </li>
  );
}

function seen({ last_seen_at }: Member, now_s: number): string {
  return last_seen_at === null
    ? t('members.neverSeen')
    : t('members.seen', { ago: formatAgo(last_seen_at, now_s) });
}

function MemberMenu({
  member,
  site,
  isSelf,
}: {
  member: Member;
  site: ManagedSite;
  isSelf: boolean;
}) {
  const chat = useChat();
  const queries = useQueryClient();
  const say = useToast();
  const [removing, setRemoving] = useState(false);
  const path = `/admin/sites/${site.id}/members/${member.id}`;

  async function change(method: 'PATCH' | 'DELETE', at: string, body?: object) {
    try {
      await chat.request(method, at, body);
      if (isSelf) await chat.refresh();
      await queries.invalidateQueries({ queryKey: ['members'] });
      await queries.invalidateQueries({ queryKey: ['colleagues'] });
    } catch (error) {
      say(messageOf(error));
    }
  }

  return (
    <>
      <Menu
        align="end"
        trigger={
          <MenuButton label={t('members.actions', { name: member.name })}>
            <Ellipsis size={17} aria-hidden />
          </MenuButton>
        }
      >
        <MenuLabel>{t('members.role')}</MenuLabel>
        <MenuChoice
          value={member.role}
          options={rolesGivenBy(site.role).map((value) => ({ value, text: t(`role.${value}`) }))}
          onChange={(role) => void change('PATCH', path, { role })}
        />
        <MenuLine />
        {!isSelf && (
          <MenuItem
            onSelect={() =>
              void change('PATCH', `/admin/agents/${member.id}`, { disabled: !member.disabled })
            }
          >
            {t(member.disabled ? 'members.enable' : 'members.disable')}
          </MenuItem>
        )}
        <MenuItem onSelect={() => setRemoving(true)}>{t('members.remove')}</MenuItem>
      </Menu>
      {removing && (
        <Question
          title={t('members.remove.title', { name: member.name, site: site.name })}
          text={t('members.remove.text')}
          yes={t('members.remove')}
          danger
          onYes={() => void change('DELETE', path).then(() => setRemoving(false))}
          onClose={() => setRemoving(false)}
        />
      )}
    </>
  );
}
