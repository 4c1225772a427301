import type { InboxEntry } from '@parley/protocol';
import { UserRoundMinus, UserRoundPlus } from 'lucide-react';
import { useMe } from '../../chat-context.tsx';
import { t } from '../../i18n/translate.ts';
import { useColleagues, useTeams } from '../../inbox/use-people.ts';
import { MenuChoice, MenuItem, MenuLabel, MenuLine } from '../../ui/menu.tsx';
import type { Change } from './use-change.ts';

export interface ActionProps {
  conversation: InboxEntry;
  change: Change;
}

/** Who looks after the conversation: oneself, somebody else of its site, a team, nobody. */
export function AssignItems({ conversation, change }: ActionProps) {
  const { agent } = useMe();
  const { assignee, site_id, team } = conversation;
  const colleagues = useColleagues()
    .filter(({ id, site_ids }) => id !== agent.id && site_ids.includes(site_id))
    .map(({ id, name }) => ({ value: String(id), text: name }));
  const teams = useTeams()
    .filter((one) => one.site_id === site_id)
    .map(({ id, name }) => ({ value: String(id), text: name }));
  const noTeam = { value: '', text: t('conversation.assign.noTeam') };
  const nameOf = (options: typeof teams, value: string) =>
    options.find((option) => option.value === value)?.text ?? '';
  return (
    <>
      {assignee?.id !== agent.id && (
        <MenuItem
          icon={<UserRoundPlus size={15} aria-hidden />}
          onSelect={() =>
            change({ assignee_id: agent.id }, t('conversation.done.assigned', { name: agent.name }))
          }
        >
          {t('conversation.assign')}
        </MenuItem>
      )}
      {assignee !== null && (
        <MenuItem
          icon={<UserRoundMinus size={15} aria-hidden />}
          onSelect={() => change({ assignee_id: null }, t('conversation.done.unassigned'))}
        >
          {t('conversation.unassign')}
        </MenuItem>
      )}
      {colleagues.length > 0 && (
        <>
          <MenuLine />
          <MenuLabel>{t('conversation.assign.people')}</MenuLabel>
          <MenuChoice
            value={String(assignee?.id ?? '')}
            options={colleagues}
            onChange={(value) =>
              change(
                { assignee_id: Number(value) },
                t('conversation.done.assigned', { name: nameOf(colleagues, value) }),
              )
            }
          />
        </>
      )}
      {teams.length > 0 && (
        <>
          <MenuLine />
          <MenuLabel>{t('conversation.assign.teams')}</MenuLabel>
          <MenuChoice
            value={String(team?.id ?? '')}
            options={[noTeam, ...teams]}
            onChange={(value) =>
              change(
                { team_id: value === '' ? null : Number(value) },
                value === ''
                  ? t('conversation.done.noTeam')
                  : t('conversation.done.team', { name: nameOf(teams, value) }),
              )
            }
          />
        </>
      )}
    </>
  );
}
