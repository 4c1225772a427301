import type { ReactNode } from 'react';
import { t } from '../../i18n/translate.ts';
import { useTitle } from '../../inbox/use-attention.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { cx } from '../../ui/cx.ts';

type Back = '/chatbot' | '/settings' | '/settings/sites' | '/settings/webhooks';

/** The way back is needed only where that page does not stand beside this one. */
const HIDDEN: Partial<Record<Back, string>> = {
  '/chatbot': 'lg:hidden',
  '/settings': 'md:hidden',
};

/** A page of the settings or the reports: its head, and what it is about. */
export function SettingsPage({
  title,
  text,
  actions,
  wide = false,
  back = '/settings',
  children,
}: {
  title: string;
  text?: string;
  actions?: ReactNode;
  /** For tables and charts. */
  wide?: boolean;
  /** What it belongs to. */
  back?: Back;
  children: ReactNode;
}) {
  useTitle(title);
  return (
    <div
      className={cx(
        'mx-auto w-full px-8 pt-8 pb-16 max-md:px-4 max-md:pt-3',
        wide ? 'max-w-6xl' : 'max-w-3xl',
      )}
    >
      <header
        className={cx(
          'flex flex-wrap items-start gap-x-6 gap-y-3',
          text === undefined ? 'mb-4' : 'mb-8 max-md:mb-6',
        )}
      >
        <div className="min-w-0 grow basis-60">
          <div className="flex items-center gap-1">
            <BackLink
              to={back}
              label={t(back === '/chatbot' ? 'app.backToInbox' : 'settings.back')}
              className={cx('-ml-2', HIDDEN[back])}
            />
            <h1 className="truncate text-xl font-semibold tracking-tight">{title}</h1>
          </div>
          {text !== undefined && <p className="mt-1 max-w-prose text-muted">{text}</p>}
        </div>
        {actions !== undefined && (
          <div className="flex flex-wrap items-center gap-2">{actions}</div>
        )}
      </header>
      <div>{children}</div>
    </div>
  );
}
