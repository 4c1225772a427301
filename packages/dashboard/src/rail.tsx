import { type Permission, roleMay } from '@parley/protocol';
import { Link } from '@tanstack/react-router';
import { ChartColumn, Eye, Inbox, type LucideIcon, Settings } from 'lucide-react';
import { useMe } from './chat-context.tsx';
import { type PlainKey, t } from './i18n/translate.ts';
import { Logo } from './ui/logo.tsx';

interface Place {
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

/** Where one can go, at the edge of screens that have room for it; elsewhere the account menu has it. */
export function Rail() {
  const { sites } = useMe();
  const places = PLACES.filter(
    ({ needs }) => needs === undefined || sites.some(({ role }) => roleMay(role, needs)),
  );
  return (
    <nav
      aria-label={t('app.places')}
      className="flex w-14 shrink-0 flex-col items-center gap-1 border-r border-line bg-canvas"
    >
      <span className="flex h-14 items-center">
        <Logo className="size-6" />
      </span>
      {places.map(({ to, text, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          aria-label={t(text)}
          title={t(text)}
          className="inline-flex size-10 items-center justify-center rounded-xl text-muted transition-colors hover:bg-hover hover:text-ink [&.active]:bg-accent-soft [&.active]:text-ink"
        >
          <Icon size={19} aria-hidden />
        </Link>
      ))}
    </nav>
  );
}
