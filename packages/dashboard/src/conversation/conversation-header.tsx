import type { Colleague, OpenConversation } from '@parley/client';
import type { InboxEntry } from '@parley/protocol';
import {
  AlarmClock,
  Check,
  ChevronDown,
  Flag,
  Info,
  PanelRight,
  RotateCcw,
  UserRoundCheck,
  UserRoundPlus,
} from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../chat-context.tsx';
import { useOffer } from '../commands/offers.ts';
import { ConnectionIndicator } from '../connection/connection-indicator.tsx';
import { formatDateTime } from '../i18n/time.ts';
import { t } from '../i18n/translate.ts';
import { waitingSince } from '../inbox/arrange.ts';
import { LabelMarks } from '../inbox/label-mark.tsx';
import { useLabels } from '../inbox/use-people.ts';
import { visitorName } from '../inbox/visitor-name.ts';
import { WaitText } from '../inbox/wait.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { useMedia } from '../ui/media.ts';
import { Menu, MenuButton } from '../ui/menu.tsx';
import { type ActionProps, AssignItems } from './actions/assign-items.tsx';
import { MoreMenu } from './actions/more-menu.tsx';
import { SnoozeDialog, SnoozeItems } from './actions/snooze-items.tsx';
import { useChange } from './actions/use-change.ts';

export interface HeaderProps {
  open: OpenConversation;
  conversation: InboxEntry;
  colleagues: readonly Colleague[];
  panelShown: boolean;
  onTogglePanel: () => void;
}

/** Who this is and how they stand, and what one may do about it. */
export function ConversationHeader({
  open,
  conversation: saved,
  colleagues,
  panelShown,
  onTogglePanel,
}: HeaderProps) {
  const phone = useMedia('phone');
  const roomy = useMedia('roomy');
  const wide = useMedia('wide');
  const spacious = useMedia('spacious');
  const { conversation, change } = useChange(open, saved);
  const [ownTime, setOwnTime] = useState(false);
  useOffer('conversation', {
    entry: conversation,
    change,
    togglePanel: onTogglePanel,
    askSnoozeTime: () => setOwnTime(true),
  });
  const resolved = conversation.status === 'resolved';
  // Beside the inbox, which is the page's first headline; on a phone this is the page.
  const Title = phone ? 'h1' : 'h2';
  return (
    <header className="flex h-14 shrink-0 items-center gap-2.5 border-b border-line pr-3 pl-5 max-md:gap-1 max-md:pr-2 max-md:pl-1">
      {phone && <BackToInbox />}
      <Avatar
        name={conversation.visitor.name}
        seed={`visitor:${conversation.visitor.id}`}
        size="account"
        className="max-md:hidden"
      />
      <div className="min-w-0 grow">
        <Title className="truncate font-semibold">{visitorName(conversation.visitor)}</Title>
        <Standing conversation={conversation} />
      </div>
      <AlsoHere colleagues={colleagues} />
      {phone ? (
        <ConnectionIndicator compact />
      ) : (
        <>
          {roomy && (
            <>
              <AssignButton
                conversation={conversation}
                change={change}
                wordless={wide && panelShown && !spacious}
              />
              <Menu
                align="end"
                trigger={
                  <MenuButton label={t('conversation.snooze')}>
                    <AlarmClock size={17} aria-hidden />
                  </MenuButton>
                }
              >
                <SnoozeItems change={change} onOwnTime={() => setOwnTime(true)} />
              </Menu>
            </>
          )}
          <Button
            onClick={() =>
              resolved
                ? change({ status: 'open' }, t('conversation.done.open'))
                : change({ status: 'resolved' }, t('conversation.done.resolved'))
            }
          >
            {resolved ? <RotateCcw size={14} aria-hidden /> : <Check size={15} aria-hidden />}
            {t(resolved ? 'conversation.reopen' : 'conversation.resolve')}
          </Button>
        </>
      )}
      <MoreMenu
        conversation={conversation}
        change={change}
        onOwnTime={() => setOwnTime(true)}
        withResolve={phone}
        withAssign={!roomy}
      />
      <IconButton
        label={t(panelShown ? 'visitor.panel.hide' : 'visitor.panel.show')}
        shortcut="panel"
        aria-expanded={panelShown}
        onClick={onTogglePanel}
      >
        {phone ? <Info size={19} aria-hidden /> : <PanelRight size={17} aria-hidden />}
      </IconButton>
      {ownTime && <SnoozeDialog change={change} onClose={() => setOwnTime(false)} />}
    </header>
  );
}

/** Only where the conversation is the whole page: else the inbox stands beside it. */
export const BackToInbox = () => (
  <BackLink to="/chatbot" search={true} label={t('conversation.back')} />
);

/** So many faces; the rest is a number, and stands in its title. */
const FACES = 3;

/** Who else has it open: two who would answer the same see each other. */
function AlsoHere({ colleagues }: { colleagues: readonly Colleague[] }) {
  if (colleagues.length === 0) return null;
  const more = colleagues.slice(FACES);
  return (
    <ul aria-label={t('colleagues.here')} className="flex shrink-0 items-center -space-x-1.5">
      {colleagues.slice(0, FACES).map(({ id, name, typing }) => (
        <li
          key={id}
          title={t('colleagues.isHere', { name })}
          className={cx('rounded-full ring-2 ring-surface', typing && 'animate-breathe')}
        >
          <Avatar name={name} seed={`agent:${name}`} size="account" />
          <span className="sr-only">{t('colleagues.isHere', { name })}</span>
        </li>
      ))}
      {more.length > 0 && (
        <li title={more.map(({ name }) => name).join(', ')} className="pl-2.5 text-xs text-muted">
          +{more.length}
        </li>
      )}
    </ul>
  );
}

/** In one line: of the labels, those that there is room for. */
function Standing({ conversation }: { conversation: InboxEntry }) {
  const since_s = waitingSince(conversation);
  const known = useLabels();
  const { status, snoozed_until, priority = 'none', labels = [] } = conversation;
  return (
    <p className="flex min-w-0 items-center gap-1.5 overflow-hidden text-xs whitespace-nowrap text-muted">
      <span className="shrink-0">
        {status === 'snoozed' && snoozed_until !== undefined
          ? t('conversation.until', { time: formatDateTime(snoozed_until * 1000) })
          : t(`status.${status}`)}
      </span>
      {since_s !== null && (
        <>
          <span aria-hidden>·</span>
          <span className="shrink-0">
            <WaitText since_s={since_s} />
          </span>
        </>
      )}
      {priority !== 'none' && (
        <span
          className={cx(
            'flex min-w-0 items-center gap-1',
            priority === 'urgent' && 'font-medium text-late',
            priority === 'high' && 'text-wait',
          )}
        >
          <Flag size={12} aria-hidden className="shrink-0" />
          <span className="truncate">{t(`priority.${priority}`)}</span>
        </span>
      )}
      <span className="flex h-4 min-w-0 grow basis-0 flex-wrap gap-x-2 overflow-hidden max-xl:hidden">
        <LabelMarks names={labels} labels={known} />
      </span>
    </p>
  );
}

/** Taking it oneself is one click; whom else it may go to stands behind the arrow. */
function AssignButton({
  conversation,
  change,
  wordless,
}: ActionProps & {
  /** Only its sign is seen, for who it is about needs the room. */
  wordless: boolean;
}) {
  const { agent } = useMe();
  const { assignee } = conversation;
  const mine = assignee?.id === agent.id;
  if (assignee === null) {
    return (
      <div className="flex shrink-0">
        <Button
          className="rounded-r-none"
          title={wordless ? t('conversation.assign') : undefined}
          onClick={() =>
            change({ assignee_id: agent.id }, t('conversation.done.assigned', { name: agent.name }))
          }
        >
          <UserRoundPlus size={15} aria-hidden />
          <span className={cx(wordless && 'sr-only')}>{t('conversation.assign')}</span>
        </Button>
        <Menu
          align="end"
          className="max-h-[70vh] min-w-52 overflow-y-auto"
          trigger={
            <Button
              aria-label={t('conversation.assignment')}
              className="-ml-px rounded-l-none px-1.5"
            >
              <ChevronDown size={14} aria-hidden />
            </Button>
          }
        >
          <AssignItems conversation={conversation} change={change} />
        </Menu>
      </div>
    );
  }
  return (
    <Menu
      align="end"
      className="max-h-[70vh] min-w-52 overflow-y-auto"
      trigger={
        <Button look="quiet" className="max-w-48 px-2">
          {mine ? (
            <UserRoundCheck size={15} aria-hidden />
          ) : (
            <Avatar name={assignee.name} seed={`agent:${assignee.name}`} size="tiny" />
          )}
          <span className={wordless ? 'sr-only' : 'truncate'}>
            {mine ? t('conversation.assignedYou') : assignee.name}
          </span>
          <ChevronDown size={14} aria-hidden className="shrink-0 text-muted" />
        </Button>
      }
    >
      <AssignItems conversation={conversation} change={change} />
    </Menu>
  );
}
