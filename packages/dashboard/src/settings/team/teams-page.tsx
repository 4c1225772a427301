import type { AgentTeam, AgentTeamsAnswer, ColleaguesAnswer } from '@parley/protocol';
import { useQuery } from '@tanstack/react-query';
import { Pencil, Plus, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useChat } from '../../chat-context.tsx';
import { t } from '../../i18n/translate.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Blank } from '../../ui/blank.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Field, TextInput } from '../../ui/form.tsx';
import { DeleteButton } from '../ui/delete-button.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Card, Loaded } from '../../ui/page.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';
import { type ManagedSite, SitePicker, useManagedSite } from '../ui/site-picker.tsx';
import { useChange } from '../ui/use-change.ts';

const LIST = 'teams';
type Editing = AgentTeam | 'new' | null;

/** Agents of a site who look after conversations together. */
export function TeamsPage() {
  const chat = useChat();
  const { site, sites, choose } = useManagedSite('teams.manage');
  const [editing, setEditing] = useState<Editing>(null);
  const query = useQuery({
    queryKey: [LIST],
    queryFn: () => chat.request<AgentTeamsAnswer>('GET', '/admin/teams'),
  });
  return (
    <SettingsPage
      title={t('settings.teams')}
      text={t('teams.text')}
      actions={
        <>
          <SitePicker site={site} sites={sites} onChange={choose} />
          {site !== null && (
            <Button look="primary" onClick={() => setEditing('new')}>
              <Plus size={15} aria-hidden />
              {t('teams.new')}
            </Button>
          )}
        </>
      }
    >
      <Loaded query={query}>
        {({ teams }) => (
          <Teams
            teams={teams.filter(({ site_id }) => site_id === site?.id)}
            onEdit={(team) => setEditing(team)}
          />
        )}
      </Loaded>
      {editing !== null && site !== null && (
        <TeamDialog editing={editing} site={site} onClose={() => setEditing(null)} />
      )}
    </SettingsPage>
  );
}

function Teams({
  teams,
  onEdit,
}: {
  teams: readonly AgentTeam[];
  onEdit: (team: AgentTeam) => void;
}) {
  const change = useChange(LIST);
  if (teams.length === 0) {
    return (
      <Blank
        icon={<UsersRound size={22} />}
        title={t('teams.none.title')}
        text={t('teams.none.text')}
      />
    );
  }
  return (
    <Card>
      <ul className="divide-y divide-line">
        {teams.map((team) => (
          <li key={team.id} className="flex items-center gap-3 px-4 py-3">
            <div className="min-w-0 grow">
              <p className="truncate font-medium">{team.name}</p>
              <p className="truncate text-sm text-muted">
                {team.members.length === 0
                  ? t('teams.nobody')
                  : team.members.map(({ name }) => name).join(', ')}
              </p>
            </div>
            <IconButton label={t('teams.edit', { name: team.name })} onClick={() => onEdit(team)}>
              <Pencil size={15} aria-hidden />
            </IconButton>
            <DeleteButton
              label={t('teams.delete', { name: team.name })}
              name={team.name}
              text={t('teams.delete.text')}
              onDelete={() => change('DELETE', `/admin/teams/${team.id}`)}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function TeamDialog({
  editing,
  site,
  onClose,
}: {
  editing: Exclude<Editing, null>;
  site: ManagedSite;
  onClose: () => void;
}) {
  const chat = useChat();
  const [name, setName] = useState(editing === 'new' ? '' : editing.name);
  const [members, setMembers] = useState<readonly number[]>(
    editing === 'new' ? [] : editing.members.map(({ id }) => id),
  );
  const query = useQuery({
    queryKey: ['colleagues'],
    queryFn: () => chat.request<ColleaguesAnswer>('GET', '/admin/colleagues'),
  });
  const save = () => {
    const body = { name: name.trim(), member_ids: members };
    return editing === 'new'
      ? chat.request('POST', '/admin/teams', { ...body, site_id: site.id })
      : chat.request('PATCH', `/admin/teams/${editing.id}`, body);
  };
  return (
    <FormDialog
      title={t(editing === 'new' ? 'teams.new' : 'teams.change')}
      submit={t(editing === 'new' ? 'teams.create' : 'settings.save')}
      list={LIST}
      fields={['name']}
      ready={name.trim() !== ''}
      save={save}
      onClose={onClose}
    >
      {(faults) => (
        <>
          <Field label={t('teams.name')} error={faults['name']}>
            <TextInput
              value={name}
              maxLength={50}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <fieldset className="flex flex-col gap-1">
            <legend className="mb-1.5 font-medium">{t('teams.members')}</legend>
            <Loaded query={query} rows={1}>
              {({ agents }) =>
                agents
                  .filter(({ site_ids }) => site_ids.includes(site.id))
                  .map((agent) => (
                    <label
                      key={agent.id}
                      className="flex min-h-10 items-center gap-3 rounded-lg px-2 hover:bg-hover"
                    >
                      <input
                        type="checkbox"
                        checked={members.includes(agent.id)}
                        onChange={(event) =>
                          setMembers((old) =>
                            event.target.checked
                              ? [...old, agent.id]
                              : old.filter((id) => id !== agent.id),
                          )
                        }
                        className="size-4 accent-accent"
                      />
                      <Avatar name={agent.name} seed={`agent:${agent.name}`} size="account" />
                      {agent.name}
                    </label>
                  ))
              }
            </Loaded>
          </fieldset>
        </>
      )}
    </FormDialog>
  );
}
