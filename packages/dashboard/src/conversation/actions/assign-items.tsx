import type { Availability, InboxEntry, InboxEntryAnswer } from '@parley/protocol';
import { RefreshCw, UserRoundMinus, UserRoundPlus } from 'lucide-react';
import { useChat, useMe } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { useColleaguesNow, useTeams } from '../../inbox/use-people.ts';
import { MenuChoice, MenuItem, MenuLabel, MenuLine } from '../../ui/menu.tsx';
import { useToast } from '../../ui/toast.tsx';
import type { Change } from './use-change.ts';

const RANK: Readonly<Record<Availability, number>> = { online: 0, away: 1, offline: 2 };

export interface ActionProps {
  conversation: InboxEntry;
  change: Change;
}

/** Who looks after the conversation: oneself, somebody else of its site, a team, nobody. */
export function AssignItems({ conversation, change }: ActionProps) {
  const { agent } = useMe();
  const chat = useChat();
  const say = useToast();
  const { assignee, id: conversationId, site_id, team } = conversation;
  /** Only the server knows whose turn it is; the change itself comes as an event. */
  async function giveNext() {
    try {
      const path = `/admin/chatbot/${conversationId}/assign-next`;
      const answer = await chat.request<InboxEntryAnswer>('POST', path);
      say(t('conversation.done.assigned', { name: answer.conversation.assignee?.name ?? '' }));
    } catch (error) {
      say(messageOf(error));
    }
  }
  const colleagues = useColleaguesNow()
    .filter(({ id, site_ids }) => id !== agent.id && site_ids.includes(site_id))
    // Who could take it now stands first; else by name, as they come.
    .toSorted((a, b) => RANK[a.availability] - RANK[b.availability])
    .map(({ id, name, availability }) => ({
      value: String(id),
      name,
      text: availability === 'offline' ? name : t(`conversation.assign.${availability}`, { name }),
    }));
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
          <MenuItem icon={<RefreshCw size={15} aria-hidden />} onSelect={() => void giveNext()}>
            {t('conversation.assign.next')}
          </MenuItem>
          <MenuLine />
          <MenuLabel>{t('conversation.assign.people')}</MenuLabel>
          <MenuChoice
            value={String(assignee?.id ?? '')}
            options={colleagues}
            onChange={(value) =>
              change(
                { assignee_id: Number(value) },
                t('conversation.done.assigned', {
                  name: colleagues.find((one) => one.value === value)?.name ?? '',
                }),
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
