import { Priority } from '@parley/protocol';
import { Check, CircleDot, Ellipsis, Pause, RotateCcw } from 'lucide-react';
import { t } from '../../i18n/translate.ts';
import { LabelDot } from '../../inbox/label-mark.tsx';
import { useLabels } from '../../inbox/use-people.ts';
import {
  Menu,
  MenuButton,
  MenuCheck,
  MenuChoice,
  MenuItem,
  MenuLabel,
  MenuSub,
} from '../../ui/menu.tsx';
import { type ActionProps, AssignItems } from './assign-items.tsx';
import { SnoozeItems } from './snooze-items.tsx';

/** What is seldom needed, and what the header has no room for. */
export function MoreMenu({
  conversation,
  change,
  onOwnTime,
  withResolve,
  withAssign,
}: ActionProps & { onOwnTime: () => void; withResolve: boolean; withAssign: boolean }) {
  const { status, priority = 'none' } = conversation;
  return (
    <Menu
      align="end"
      className="w-52"
      trigger={
        <MenuButton label={t('conversation.more')}>
          <Ellipsis size={18} aria-hidden />
        </MenuButton>
      }
    >
      {withResolve && <ResolveItem conversation={conversation} change={change} />}
      {status !== 'pending' && (
        <MenuItem
          icon={<Pause size={15} aria-hidden />}
          onSelect={() => change({ status: 'pending' }, t('conversation.done.pending'))}
        >
          {t('conversation.pending')}
        </MenuItem>
      )}
      {(status === 'pending' || status === 'snoozed') && (
        <MenuItem
          icon={<CircleDot size={15} aria-hidden />}
          onSelect={() => change({ status: 'open' }, t('conversation.done.open'))}
        >
          {t('conversation.open')}
        </MenuItem>
      )}
      {withAssign && (
        <>
          <MenuSub text={t('conversation.assign.menu')}>
            <AssignItems conversation={conversation} change={change} />
          </MenuSub>
          <MenuSub text={t('conversation.snooze')}>
            <SnoozeItems change={change} onOwnTime={onOwnTime} />
          </MenuSub>
        </>
      )}
      <MenuSub text={t('conversation.priority')}>
        <MenuChoice
          value={priority}
          options={Priority.options
            .toReversed()
            .map((value) => ({ value, text: t(`priority.${value}`) }))}
          onChange={(value) =>
            change(
              { priority: value },
              t('conversation.done.priority', { priority: t(`priority.${value}`) }),
            )
          }
        />
      </MenuSub>
      <MenuSub text={t('conversation.labels')}>
        <LabelItems conversation={conversation} change={change} />
      </MenuSub>
    </Menu>
  );
}

function ResolveItem({ conversation, change }: ActionProps) {
  const resolved = conversation.status === 'resolved';
  return (
    <MenuItem
      icon={resolved ? <RotateCcw size={15} aria-hidden /> : <Check size={15} aria-hidden />}
      onSelect={() =>
        resolved
          ? change({ status: 'open' }, t('conversation.done.open'))
          : change({ status: 'resolved' }, t('conversation.done.resolved'))
      }
    >
      {t(resolved ? 'conversation.reopen' : 'conversation.resolve')}
    </MenuItem>
  );
}

/** Those of the site, and those that the conversation bears though the site has them no more. */
function LabelItems({ conversation, change }: ActionProps) {
  const { site_id, labels: borne = [] } = conversation;
  const ofSite = useLabels()
    .filter((label) => label.site_id === site_id)
    .map(({ name, color }) => [name, color] as const);
  const colors = new Map(ofSite);
  const names = [...new Set([...colors.keys(), ...borne])];
  if (names.length === 0) return <MenuLabel>{t('conversation.labels.none')}</MenuLabel>;
  return names.map((label) => (
    <MenuCheck
      key={label}
      checked={borne.includes(label)}
      onChange={(checked) =>
        checked
          ? change({ add_labels: [label] }, t('conversation.done.labelled', { label }))
          : change({ remove_labels: [label] }, t('conversation.done.unlabelled', { label }))
      }
    >
      <LabelDot color={colors.get(label) ?? 'gray'} />
      <span className="truncate">{label}</span>
    </MenuCheck>
  ));
}
