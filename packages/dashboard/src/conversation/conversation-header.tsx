import type { OpenConversation } from '@parley/client';
import type { ConversationPatch, InboxEntry } from '@parley/protocol';
import { Link } from '@tanstack/react-router';
import {
  ArrowLeft,
  Check,
  CircleDot,
  Ellipsis,
  Info,
  PanelRight,
  Pause,
  RotateCcw,
  UserRoundCheck,
  UserRoundMinus,
  UserRoundPlus,
} from 'lucide-react';
import { useMe } from '../chat-context.tsx';
import { ConnectionIndicator } from '../connection/connection-indicator.tsx';
import { t } from '../i18n/translate.ts';
import { waitingSince } from '../inbox/arrange.ts';
import { visitorName } from '../inbox/visitor-name.ts';
import { WaitText } from '../inbox/wait.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { useMedia } from '../ui/media.ts';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { useToast } from '../ui/toast.tsx';

export interface HeaderProps {
  open: OpenConversation;
  conversation: InboxEntry;
  panelShown: boolean;
  onTogglePanel: () => void;
}

/** Who this is and how they stand, and what one may do about it. */
export function ConversationHeader({ open, conversation, panelShown, onTogglePanel }: HeaderProps) {
  const phone = useMedia('phone');
  const roomy = useMedia('roomy');
  const change = useChange(open);
  const resolved = conversation.status === 'resolved';
  // Beside the inbox, which is the page's first headline; on a phone this is the page.
  const Title = phone ? 'h1' : 'h2';
  return (
    <header className="flex h-14 shrink-0 items-center gap-2.5 border-b border-line pr-3 pl-5 max-md:gap-1 max-md:pr-2 max-md:pl-1">
      {phone && <BackLink />}
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
      {phone ? (
        <ConnectionIndicator compact />
      ) : (
        <>
          {roomy && <AssignButton conversation={conversation} change={change} />}
          <Button onClick={() => change({ status: resolved ? 'open' : 'resolved' })}>
            {resolved ? <RotateCcw size={14} aria-hidden /> : <Check size={15} aria-hidden />}
            {t(resolved ? 'conversation.reopen' : 'conversation.resolve')}
          </Button>
        </>
      )}
      <MoreMenu
        conversation={conversation}
        change={change}
        withResolve={phone}
        withAssign={!roomy}
      />
      <IconButton
        label={t(panelShown ? 'visitor.panel.hide' : 'visitor.panel.show')}
        aria-expanded={panelShown}
        onClick={onTogglePanel}
      >
        {phone ? <Info size={19} aria-hidden /> : <PanelRight size={17} aria-hidden />}
      </IconButton>
    </header>
  );
}

export function BackLink() {
  return (
    <Link
      to="/chatbot"
      search={true}
      aria-label={t('conversation.back')}
      className="flex size-11 shrink-0 items-center justify-center rounded-lg text-soft"
    >
      <ArrowLeft size={20} aria-hidden />
    </Link>
  );
}

type Change = (patch: ConversationPatch) => void;

/** A change that fails is told, and nothing else is lost: the view shows what the server holds. */
function useChange(open: OpenConversation): Change {
  const say = useToast();
  return (patch) => {
    open.patch(patch).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      say(t('conversation.changeFailed', { message }));
    });
  };
}

function Standing({ conversation }: { conversation: InboxEntry }) {
  const since_s = waitingSince(conversation);
  return (
    <p className="flex min-w-0 items-center gap-1.5 text-xs text-muted">
      <span className="shrink-0">{t(`status.${conversation.status}`)}</span>
      {since_s !== null && (
        <>
          <span aria-hidden>·</span>
          <WaitText since_s={since_s} />
        </>
      )}
    </p>
  );
}

interface ActionProps {
  conversation: InboxEntry;
  change: Change;
}

function AssignButton({ conversation, change }: ActionProps) {
  const { agent } = useMe();
  const { assignee } = conversation;
  if (assignee?.id === agent.id) {
    return (
      <Menu
        align="end"
        trigger={
          <Button look="quiet">
            <UserRoundCheck size={15} aria-hidden />
            {t('conversation.assignedYou')}
          </Button>
        }
      >
        <MenuItem
          icon={<UserRoundMinus size={15} aria-hidden />}
          onSelect={() => change({ assignee_id: null })}
        >
          {t('conversation.unassign')}
        </MenuItem>
      </Menu>
    );
  }
  return (
    <>
      {assignee !== null && (
        <span className="flex max-w-36 items-center gap-1.5 text-sm text-muted max-lg:hidden">
          <Avatar name={assignee.name} seed={`agent:${assignee.name}`} size="tiny" />
          <span className="truncate">{assignee.name}</span>
        </span>
      )}
      <Button onClick={() => change({ assignee_id: agent.id })}>
        <UserRoundPlus size={15} aria-hidden />
        {t('conversation.assign')}
      </Button>
    </>
  );
}

/** What is seldom needed, and what the header has no room for. */
function MoreMenu({
  conversation,
  change,
  withResolve,
  withAssign,
}: ActionProps & { withResolve: boolean; withAssign: boolean }) {
  const { agent } = useMe();
  const { status, assignee } = conversation;
  const mine = assignee?.id === agent.id;
  return (
    <Menu
      align="end"
      className="w-52"
      trigger={
        <button
          type="button"
          aria-label={t('conversation.more')}
          className="flex size-8 shrink-0 items-center justify-center rounded-lg text-muted hover:bg-hover hover:text-ink max-md:size-10"
        >
          <Ellipsis size={18} aria-hidden />
        </button>
      }
    >
      {withResolve && (
        <MenuItem
          icon={
            status === 'resolved' ? (
              <RotateCcw size={15} aria-hidden />
            ) : (
              <Check size={15} aria-hidden />
            )
          }
          onSelect={() => change({ status: status === 'resolved' ? 'open' : 'resolved' })}
        >
          {t(status === 'resolved' ? 'conversation.reopen' : 'conversation.resolve')}
        </MenuItem>
      )}
      {withAssign && !mine && (
        <MenuItem
          icon={<UserRoundPlus size={15} aria-hidden />}
          onSelect={() => change({ assignee_id: agent.id })}
        >
          {t('conversation.assign')}
        </MenuItem>
      )}
      {status !== 'pending' && (
        <MenuItem
          icon={<Pause size={15} aria-hidden />}
          onSelect={() => change({ status: 'pending' })}
        >
          {t('conversation.pending')}
        </MenuItem>
      )}
      {(status === 'pending' || status === 'snoozed') && (
        <MenuItem
          icon={<CircleDot size={15} aria-hidden />}
          onSelect={() => change({ status: 'open' })}
        >
          {t('conversation.open')}
        </MenuItem>
      )}
      {assignee !== null && (
        <MenuItem
          icon={<UserRoundMinus size={15} aria-hidden />}
          onSelect={() => change({ assignee_id: null })}
        >
          {t('conversation.unassign')}
        </MenuItem>
      )}
    </Menu>
  );
}
