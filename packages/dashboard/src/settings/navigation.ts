import { type AgentRole, type Permission, roleMay } from '@parley/protocol';
import {
  Activity,
  Bell,
  CircleUserRound,
  Globe,
  type LucideIcon,
  MessageSquareQuote,
  ScrollText,
  Tag,
  Users,
  UsersRound,
  Webhook,
} from 'lucide-react';
import type { PlainKey } from '../i18n/translate.ts';

type SettingsPath =
  `/settings/${'sites' | 'profile' | 'notifications' | 'members' | 'teams' | 'canned' | 'labels' | 'webhooks' | 'audit' | 'system'}`;

interface Item {
  readonly to: SettingsPath;
  readonly text: PlainKey;
  readonly icon: LucideIcon;
  /** Shown to who may do this on any site; absent: to everybody. */
  readonly needs?: Permission;
}

interface Group {
  readonly title: PlainKey;
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
    title: 'settings.group.you',
    items: [
      { to: '/settings/profile', text: 'settings.profile', icon: CircleUserRound },
      { to: '/settings/notifications', text: 'notify.title', icon: Bell },
    ],
  },
  {
    title: 'settings.group.words',
    items: [
      { to: '/settings/canned', text: 'settings.canned', icon: MessageSquareQuote },
      { to: '/settings/labels', text: 'settings.labels', icon: Tag, needs: 'labels.manage' },
    ],
  },
  {
    title: 'settings.group.workspace',
    items: [
      { to: '/settings/sites', text: 'settings.sites', icon: Globe },
      {
        to: '/settings/members',
        text: 'settings.members',
        icon: Users,
        needs: 'members.manage',
      },
      { to: '/settings/teams', text: 'settings.teams', icon: UsersRound, needs: 'teams.manage' },
      {
        to: '/settings/webhooks',
        text: 'webhooks.title',
        icon: Webhook,
        needs: 'webhooks.manage',
      },
      { to: '/settings/audit', text: 'settings.audit', icon: ScrollText, needs: 'audit.read' },
      { to: '/settings/system', text: 'system.title', icon: Activity, needs: 'system.read' },
    ],
  },
];
