import { type Permission, roleMay } from '@parley/protocol';
import { ChartColumn, Eye, Inbox, type LucideIcon, Settings } from 'lucide-react';
import { useMe } from './chat-context.tsx';
import type { PlainKey } from './i18n/translate.ts';

export interface Place {
  readonly to: '/chatbot' | '/visitors' | '/reports' | '/settings';
  readonly text: PlainKey;
  readonly icon: LucideIcon;
  /** Shown to who may do this on any site; absent: to everybody. */
  readonly needs?: Permission;
}

const PLACES: readonly Place[] = [
  { to: '/chatbot', text: 'inbox.title', icon: Inbox },
  { to: '/visitors', text: 'visitors.title', icon: Eye },
  { to: '/reports', text: 'reports.title', icon: ChartColumn, needs: 'reports.read' },
  { to: '/settings', text: 'settings.title', icon: Settings },
];

/** Where one can go; the inbox first. */
export function usePlaces(): readonly Place[] {
  const { sites } = useMe();
  return PLACES.filter(
    ({ needs }) => needs === undefined || sites.some(({ role }) => roleMay(role, needs)),
  );
}
