import { Link } from '@tanstack/react-router';
import { t } from './i18n/translate.ts';
import { usePlaces } from './places.ts';
import { Logo } from './ui/logo.tsx';

/** Where one can go, at the edge of screens that have room for it; elsewhere the account menu has it. */
export function Rail() {
  return (
    <nav
      aria-label={t('app.places')}
      className="flex w-14 shrink-0 flex-col items-center gap-1 border-r border-line bg-canvas"
    >
      <span className="flex h-14 items-center">
        <Logo className="size-6" />
      </span>
      {usePlaces().map(({ to, text, icon: Icon }) => (
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
