import type { AgentTeam, ColleaguesAnswer, InboxEntry, Label } from '@parley/protocol';
import {
  AlarmClock,
  Check,
  CircleDot,
  Flag,
  Lock,
  PanelRight,
  Pause,
  Reply,
  RotateCcw,
  Tag,
  UserRoundPlus,
  Users,
} from 'lucide-react';
import { snoozeTimes } from '../conversation/actions/snooze-times.ts';
import { formatDateTime } from '../i18n/time.ts';
import { t } from '../i18n/translate.ts';
import type { Action, Choice, Command } from './command.ts';
import type { Offers } from './offers.ts';

export interface ConversationContext {
  readonly offers: Partial<Offers>;
  readonly agent: { readonly id: number; readonly name: string };
  readonly labels: readonly Label[];
  readonly colleagues: ColleaguesAnswer['agents'];
  readonly teams: readonly AgentTeam[];
  readonly now_ms: number;
}

type Opened = Offers['conversation'];
const NOT_NOW: Action = { kind: 'none' };

/** What one may do with the conversation that is open. */
export function conversationCommands(context: ConversationContext): readonly Command[] {
  const { offers, agent } = context;
  const { conversation: opened, composer } = offers;
  const resolved = opened?.entry.status === 'resolved';
  const pending = opened?.entry.status === 'pending';
  const group = 'conversation';
  const run = (doIt: ((at: Opened) => void) | null): Action =>
    opened === undefined || doIt === null ? NOT_NOW : { kind: 'run', run: () => doIt(opened) };
  const choose = (choices: (at: Opened) => readonly Choice[]): Action =>
    opened === undefined ? NOT_NOW : { kind: 'choose', choices: choices(opened) };
  const write = (what: 'reply' | 'note'): Action =>
    composer === undefined ? NOT_NOW : { kind: 'run', run: () => composer[what]() };
  return [
    {
      id: 'reply',
      group,
      text: t('command.reply'),
      icon: Reply,
      shortcut: 'reply',
      action: write('reply'),
    },
    {
      id: 'note',
      group,
      text: t('command.note'),
      icon: Lock,
      shortcut: 'note',
      action: write('note'),
    },
    {
      id: 'resolve',
      group,
      text: t(resolved ? 'conversation.reopen' : 'conversation.resolve'),
      icon: resolved ? RotateCcw : Check,
      shortcut: 'resolve',
      action: run((at) => {
        const status = resolved ? 'open' : 'resolved';
        at.change({ status }, t(`conversation.done.${status}`));
      }),
    },
    {
      id: 'assignMe',
      group,
      text: t('conversation.assign'),
      icon: UserRoundPlus,
      shortcut: 'assignMe',
      action: run((at) =>
        at.change({ assignee_id: agent.id }, t('conversation.done.assigned', { name: agent.name })),
      ),
    },
    {
      id: 'assign',
      group,
      text: t('command.assign'),
      icon: Users,
      shortcut: 'assign',
      action: choose((at) => assignees(at, context)),
    },
    {
      id: 'snooze',
      group,
      text: t('command.snooze'),
      icon: AlarmClock,
      shortcut: 'snooze',
      action: choose((at) => snoozes(at, context.now_ms)),
    },
    {
      id: 'label',
      group,
      text: t('command.label'),
      icon: Tag,
      shortcut: 'label',
      action: choose((at) => labels(at, context.labels)),
    },
    {
      id: 'priority',
      group,
      text: t('command.priority'),
      icon: Flag,
      shortcut: 'priority',
      action: choose(priorities),
    },
    {
      id: 'pending',
      group,
      text: t(pending ? 'conversation.open' : 'conversation.pending'),
      icon: pending ? CircleDot : Pause,
      shortcut: 'pending',
      action: run((at) => {
        const status = pending ? 'open' : 'pending';
        at.change({ status }, t(`conversation.done.${status}`));
      }),
    },
    {
      id: 'panel',
      group,
      text: t('command.panel'),
      icon: PanelRight,
      shortcut: 'panel',
      action: run((at) => at.togglePanel()),
    },
  ];
}

function assignees(at: Opened, { agent, colleagues, teams }: ConversationContext) {
  const { site_id, assignee, team } = at.entry;
  const people = colleagues
    .filter(({ id, site_ids }) => id !== agent.id && site_ids.includes(site_id))
    .map(({ id, name }) => ({
      id: `agent ${id}`,
      text: name,
      chosen: assignee?.id === id,
      run: () => at.change({ assignee_id: id }, t('conversation.done.assigned', { name })),
    }));
  const groups = teams
    .filter((one) => one.site_id === site_id)
    .map(({ id, name }) => ({
      id: `team ${id}`,
      text: name,
      detail: t('inbox.filter.team'),
      chosen: team?.id === id,
      run: () => at.change({ team_id: id }, t('conversation.done.team', { name })),
    }));
  const nobody = {
    id: 'nobody',
    text: t('command.nobody'),
    chosen: assignee === null,
    run: () => at.change({ assignee_id: null }, t('conversation.done.unassigned')),
  };
  return [...people, ...groups, nobody];
}

function snoozes(at: Opened, now_ms: number): readonly Choice[] {
  const times = snoozeTimes(now_ms).map(({ preset, at_ms }) => {
    const time = formatDateTime(at_ms);
    return {
      id: preset,
      text: t(`conversation.snooze.${preset}`),
      detail: time,
      run: () =>
        at.change(
          { snoozed_until: Math.floor(at_ms / 1000) },
          t('conversation.done.snoozed', { time }),
        ),
    };
  });
  const untilReply = {
    id: 'reply',
    text: t('conversation.snooze.reply'),
    run: () => at.change({ snoozed_until: null }, t('conversation.done.snoozedReply')),
  };
  const ownTime = { id: 'own', text: t('conversation.snooze.own'), run: at.askSnoozeTime };
  return [...times, untilReply, ownTime];
}

function labels(at: Opened, all: readonly Label[]): readonly Choice[] {
  const own: InboxEntry['labels'] = at.entry.labels ?? [];
  return all
    .filter(({ site_id }) => site_id === at.entry.site_id)
    .map(({ id, name }) => {
      const chosen = own.includes(name);
      const patch = chosen ? { remove_labels: [name] } : { add_labels: [name] };
      const done = chosen ? 'conversation.done.unlabelled' : 'conversation.done.labelled';
      return {
        id: String(id),
        text: name,
        chosen,
        detail: chosen ? t('command.labelled') : undefined,
        run: () => at.change(patch, t(done, { label: name })),
      };
    });
}

const PRIORITIES = ['urgent', 'high', 'medium', 'low', 'none'] as const;

function priorities(at: Opened): readonly Choice[] {
  return PRIORITIES.map((priority) => {
    const text = t(`priority.${priority}`);
    return {
      id: priority,
      text,
      chosen: (at.entry.priority ?? 'none') === priority,
      run: () => at.change({ priority }, t('conversation.done.priority', { priority: text })),
    };
  });
}
