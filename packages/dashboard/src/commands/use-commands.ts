import { useNavigate } from '@tanstack/react-router';
import {
  AtSign,
  Bookmark,
  Eye,
  CornerDownLeft,
  ArrowDown,
  ArrowUp,
  Inbox,
  Keyboard,
  LogOut,
  RefreshCw,
  Search,
  Settings,
  SquareCheck,
  SunMoon,
  TextCursor,
  UserRound,
  UserRoundX,
} from 'lucide-react';
import { useChat, useMe } from '../chat-context.tsx';
import { t } from '../i18n/translate.ts';
import { type InboxSearch, parseInboxSearch } from '../inbox/inbox-search.ts';
import { useColleagues, useLabels, useSavedViews, useTeams } from '../inbox/use-people.ts';
import { theme, THEMES } from '../ui/theme.ts';
import { useToast } from '../ui/toast.tsx';
import type { Action, Command } from './command.ts';
import { conversationCommands } from './conversation-commands.ts';
import { offers } from './offers.ts';

const BY_KEY: Action = { kind: 'key' };
const NOT_NOW: Action = { kind: 'none' };

/**
 * Every command there is, with what it does as things stand. From this one list come the palette,
 * the keys and the help sheet. Made anew at each call: ask when somebody is about to choose.
 */
export function useCommands(showHelp: () => void): () => readonly Command[] {
  const me = useMe();
  const labels = useLabels();
  const colleagues = useColleagues();
  const teams = useTeams();
  const go = useGoCommands();
  const app = useAppCommands(showHelp);
  return () => [
    ...conversationCommands({
      offers: offers(),
      agent: me.agent,
      labels,
      colleagues,
      teams,
      now_ms: Date.now(),
    }),
    ...go,
    ...listCommands(),
    ...app,
  ];
}

function run(doIt: (() => void) | undefined): Action {
  return doIt === undefined ? NOT_NOW : { kind: 'run', run: doIt };
}

function useGoCommands(): readonly Command[] {
  const navigate = useNavigate();
  const views = useSavedViews();
  const group = 'go';
  const inbox = (search: InboxSearch) => run(() => void navigate({ to: '/chatbot', search }));
  return [
    {
      id: 'goInbox',
      group,
      text: t('command.goInbox'),
      icon: Inbox,
      shortcut: 'goInbox',
      action: inbox({}),
    },
    {
      id: 'goMine',
      group,
      text: t('command.goMine'),
      icon: UserRound,
      shortcut: 'goMine',
      action: inbox({ assignee: 'me' }),
    },
    {
      id: 'goUnassigned',
      group,
      text: t('command.goUnassigned'),
      icon: UserRoundX,
      shortcut: 'goUnassigned',
      action: inbox({ assignee: 'none' }),
    },
    {
      id: 'goMentions',
      group,
      text: t('command.goMentions'),
      icon: AtSign,
      shortcut: 'goMentions',
      action: inbox({ mentioned: 'me', status: 'all' }),
    },
    ...views.map(({ id, name, search }) => ({
      id: `view ${id}`,
      group: 'go' as const,
      text: name,
      icon: Bookmark,
      action: inbox(parseInboxSearch(Object.fromEntries(new URLSearchParams(search)))),
    })),
    {
      id: 'goVisitors',
      group,
      text: t('command.goVisitors'),
      icon: Eye,
      shortcut: 'goVisitors',
      action: run(() => void navigate({ to: '/visitors' })),
    },
    {
      id: 'goSettings',
      group,
      text: t('command.goSettings'),
      icon: Settings,
      shortcut: 'goSettings',
      action: run(() => void navigate({ to: '/settings' })),
    },
  ];
}

function listCommands(): readonly Command[] {
  const { list, search } = offers();
  const group = 'list';
  return [
    {
      id: 'search',
      group,
      text: t('command.search'),
      icon: Search,
      shortcut: 'search',
      action: run(search && (() => search.focus())),
    },
    {
      id: 'next',
      group,
      text: t('command.next'),
      icon: ArrowDown,
      shortcut: 'next',
      action: run(list && (() => list.move(1))),
    },
    {
      id: 'previous',
      group,
      text: t('command.previous'),
      icon: ArrowUp,
      shortcut: 'previous',
      action: run(list && (() => list.move(-1))),
    },
    {
      id: 'open',
      group,
      text: t('command.open'),
      icon: CornerDownLeft,
      shortcut: 'open',
      action: BY_KEY,
    },
    {
      id: 'choose',
      group,
      text: t('command.choose'),
      icon: SquareCheck,
      shortcut: 'choose',
      action: BY_KEY,
    },
    {
      id: 'chooseTo',
      group,
      text: t('command.chooseTo'),
      icon: SquareCheck,
      shortcut: 'chooseTo',
      action: BY_KEY,
    },
  ];
}

function useAppCommands(showHelp: () => void): readonly Command[] {
  const chat = useChat();
  const say = useToast();
  const group = 'app';
  return [
    {
      id: 'palette',
      group,
      text: t('command.palette'),
      icon: Search,
      shortcut: 'palette',
      action: BY_KEY,
    },
    {
      id: 'help',
      group,
      text: t('command.help'),
      icon: Keyboard,
      shortcut: 'help',
      action: run(showHelp),
    },
    {
      id: 'leave',
      group,
      text: t('command.leave'),
      icon: TextCursor,
      shortcut: 'leave',
      action: BY_KEY,
    },
    ...THEMES.map((one) => ({
      id: `theme ${one}`,
      group: 'app' as const,
      text: t('command.theme', { theme: t(`account.theme.${one}`) }),
      icon: SunMoon,
      action: run(() => theme.set(one)),
    })),
    {
      id: 'reconnect',
      group,
      text: t('command.reconnect'),
      icon: RefreshCw,
      action: run(() => chat.reconnectNow()),
    },
    {
      id: 'signOut',
      group,
      text: t('command.signOut'),
      icon: LogOut,
      action: run(() => {
        chat.signOut().catch(() => say(t('account.signOut.failed')));
      }),
    },
  ];
}
