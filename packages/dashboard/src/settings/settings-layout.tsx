import '../i18n/late-words.ts';
import { Link, Navigate, Outlet, useMatchRoute } from '@tanstack/react-router';
import { useMe } from '../chat-context.tsx';
import { t } from '../i18n/translate.ts';
import { BackLink } from '../ui/back-link.tsx';
import { useMedia } from '../ui/media.ts';
import { navigationOf } from './navigation.ts';

/** What can be chosen, and beside it (on a phone: after it) what was chosen. */
export function SettingsLayout() {
  const phone = useMedia('phone');
  const atHome = useMatchRoute()({ to: '/settings' }) !== false;
  if (phone) {
    return (
      <main className="relative h-full overflow-y-auto bg-surface">
        {atHome ? <Nav /> : <Outlet />}
      </main>
    );
  }
  return (
    <div className="flex h-full">
      <div className="w-60 shrink-0 overflow-y-auto border-r border-line bg-canvas">
        <Nav />
      </div>
      <main className="relative min-w-0 grow overflow-y-auto bg-surface">
        <Outlet />
      </main>
    </div>
  );
}

/** On a phone the list itself is the page. */
export function SettingsHome() {
  const phone = useMedia('phone');
  return phone ? null : <Navigate to="/settings/sites" replace />;
}

function Nav() {
  const { sites } = useMe();
  return (
    <div className="pb-8">
      <div className="flex h-14 items-center gap-1 px-3 lg:px-5">
        <BackLink to="/chatbot" label={t('app.backToInbox')} className="-ml-1 lg:hidden" />
        <span className="text-lg font-semibold tracking-tight">{t('settings.title')}</span>
      </div>
      <nav aria-label={t('settings.title')} className="flex flex-col gap-5 px-3 pt-1">
        {navigationOf(sites.map(({ role }) => role)).map(({ title, items }) => (
          <div key={title}>
            <p className="px-2 pb-1 text-xs font-medium text-muted">{t(title)}</p>
            <ul>
              {items.map(({ to, text, icon: Icon }) => (
                <li key={to}>
                  <Link
                    to={to}
                    className="flex h-8 items-center gap-2.5 rounded-lg px-2 text-soft transition-colors hover:bg-hover max-md:h-11 max-md:text-lg [&.active]:bg-accent-soft [&.active]:font-medium [&.active]:text-ink"
                  >
                    <Icon size={16} aria-hidden className="shrink-0 text-muted" />
                    {t(text)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
    </div>
  );
}
