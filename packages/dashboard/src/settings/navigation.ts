import { type AgentRole, type Permission, roleMay } from '@parley/protocol';
import {
  Bell,
  ChartColumn,
  CircleUserRound,
  Globe,
  type LucideIcon,
  MessageSquareQuote,
  ScrollText,
  Tag,
  Users,
  UsersRound,
} from 'lucide-react';
import { t } from '../i18n/translate.ts';

type SettingsPath =
  `/settings/${'sites' | 'profile' | 'notifications' | 'members' | 'teams' | 'canned' | 'labels' | 'audit'}`;

interface Item {
  readonly to: SettingsPath | '/reports';
  readonly text: string;
  readonly icon: LucideIcon;
  /** Shown to who may do this on any site; absent: to everybody. */
  readonly needs?: Permission;
}

interface Group {
  readonly title: string;
  readonly items: readonly Item[];
}

/** What somebody with these roles can manage. */
export function navigationOf(roles: readonly AgentRole[]): readonly Group[] {
  const may = ({ needs }: Item) =>
    needs === undefined || roles.some((role) => roleMay(role, needs));
  return GROUPS.map(({ title, items }) => ({ title, items: items.filter(may) })).filter(
    ({ items }) => items.length > 0,
  );
}

const GROUPS: readonly Group[] = [
  {
    title: t('settings.group.you'),
    items: [
      { to: '/settings/profile', text: t('settings.profile'), icon: CircleUserRound },
      { to: '/settings/notifications', text: t('notify.title'), icon: Bell },
    ],
  },
  {
    title: t('settings.group.words'),
    items: [
      { to: '/settings/canned', text: t('settings.canned'), icon: MessageSquareQuote },
      { to: '/settings/labels', text: t('settings.labels'), icon: Tag, needs: 'labels.manage' },
    ],
  },
  {
    title: t('settings.group.workspace'),
    items: [
      { to: '/settings/sites', text: t('settings.sites'), icon: Globe },
      {
        to: '/settings/members',
        text: t('settings.members'),
        icon: Users,
        needs: 'members.manage',
      },
      { to: '/settings/teams', text: t('settings.teams'), icon: UsersRound, needs: 'teams.manage' },
      { to: '/reports', text: t('reports.title'), icon: ChartColumn, needs: 'reports.read' },
      { to: '/settings/audit', text: t('settings.audit'), icon: ScrollText, needs: 'audit.read' },
    ],
  },
];
