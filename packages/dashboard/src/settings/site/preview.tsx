import type { SiteSettings } from '@parley/protocol';
import { ArrowUp, ChevronDown, Image, MessageCircle, X } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { cx } from '../../ui/cx.ts';
import { brandOf } from './brand.ts';
import { useSayings } from './widget-words.ts';

/**
 * The widget as visitors see it, drawn from the draft: nothing has to be saved to look at it. A
 * picture, not the widget itself, which would begin a visit.
 */
export function Preview({
  settings,
  language = settings.locale,
  teaser = null,
}: {
  settings: SiteSettings;
  language?: string;
  /** Said by itself above the button, while the chat is closed; null: the chat is open. */
  teaser?: string | null;
}) {
  const { appearance } = settings;
  const [systemDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const dark = appearance.theme === 'auto' ? systemDark : appearance.theme === 'dark';
  const { fill, ink } = brandOf(appearance.color);
  const left = appearance.position === 'left';
  return (
    <figure className="sticky top-8">
      <div
        aria-hidden
        inert
        style={{ colorScheme: dark ? 'dark' : 'light' }}
        className="flex h-[30rem] flex-col forced-color-adjust-none justify-end rounded-2xl border border-line bg-sunken p-4 max-lg:h-[26rem]"
      >
        {teaser === null ? (
          <Panel settings={settings} language={language} />
        ) : (
          teaser !== '' && <Teaser text={teaser} left={left} fill={fill} ink={ink} />
        )}
        <div className={cx('mt-3 flex items-center gap-2', left ? 'flex-row' : 'flex-row-reverse')}>
          <span
            style={{ background: fill, color: ink }}
            className="flex size-12 shrink-0 items-center justify-center rounded-full shadow-pop"
          >
            <LauncherSign open={teaser === null} picture={appearance.launcher_picture} />
          </span>
          {(appearance.launcher_text ?? '') !== '' && (
            <span className="truncate rounded-full bg-[light-dark(#fff,#26282f)] px-3 py-1.5 text-sm font-medium text-[light-dark(#15171c,#eceef2)] shadow-low">
              {appearance.launcher_text}
            </span>
          )}
        </div>
      </div>
      <figcaption className="mt-2 text-center text-sm text-muted">{t('look.preview')}</figcaption>
    </figure>
  );
}

function Panel({ settings, language }: { settings: SiteSettings; language: string }) {
  const { appearance, prechat, prechat_when } = settings;
  const { fill, ink } = brandOf(appearance.color);
  const said = useSayings(settings, language);
  const title = appearance.title.trim() === '' ? said('title') : appearance.title;
  const greeting = appearance.greeting.trim() === '' ? said('greeting') : appearance.greeting;
  const asksFirst = prechat !== 'off' && prechat_when === 'before';
  return (
    <div className="flex min-h-0 w-full grow flex-col overflow-hidden rounded-2xl bg-[light-dark(#fff,#16171b)] text-[light-dark(#15171c,#eceef2)] shadow-pop max-lg:mx-auto max-lg:max-w-80">
      <div
        style={{
          background: `linear-gradient(color-mix(in srgb, ${fill} 14%, transparent), transparent)`,
        }}
        className="flex items-center gap-2.5 px-3.5 pt-3.5 pb-6"
      >
        <span
          style={{ background: fill, color: ink }}
          className="flex size-8 shrink-0 items-center justify-center rounded-lg"
        >
          <MessageCircle size={16} />
        </span>
        <span className="min-w-0 grow truncate font-semibold">{title}</span>
        <X size={16} className="opacity-60" />
      </div>
      <div className="grow" />
      <div className="px-3.5 pb-3">
        <p className="line-clamp-5 text-xl leading-7 font-bold whitespace-pre-line">{greeting}</p>
        {asksFirst && (
          <div className="mt-3 flex flex-col gap-2">
            <PreviewInput text={said('name')} />
            <PreviewInput text={said('email')} />
          </div>
        )}
      </div>
      <div className="m-3 mt-0 flex h-10 items-center justify-between rounded-full border border-[light-dark(#e3e5ea,#32353d)] pr-1.5 pl-3.5 text-[light-dark(#5b616e,#a0a6b3)]">
        <span className="truncate">{said('placeholder')}</span>
        <span
          style={{ background: fill, color: ink }}
          className="flex size-7 items-center justify-center rounded-full"
        >
          <ArrowUp size={15} />
        </span>
      </div>
    </div>
  );
}

function Teaser({
  text,
  left,
  fill,
  ink,
}: {
  text: string;
  left: boolean;
  fill: string;
  ink: string;
}) {
  return (
    <div
      className={cx(
        'flex max-w-full items-start gap-2.5 rounded-2xl bg-[light-dark(#fff,#26282f)] p-3 text-[light-dark(#15171c,#eceef2)] shadow-pop',
        left ? 'self-start' : 'self-end',
      )}
    >
      <span
        style={{ background: fill, color: ink }}
        className="flex size-7 shrink-0 items-center justify-center rounded-lg"
      >
        <MessageCircle size={14} />
      </span>
      <span className="min-w-0 pt-0.5 text-sm [overflow-wrap:anywhere]">{text}</span>
      <X size={15} className="mt-1 shrink-0 opacity-60" />
    </div>
  );
}

/** The picture itself may lie anywhere, and the dashboard loads nothing from elsewhere. */
function LauncherSign({ open, picture = '' }: { open: boolean; picture: string | undefined }) {
  if (open) return <ChevronDown size={22} />;
  return picture === '' ? <MessageCircle size={22} /> : <Image size={22} />;
}

function PreviewInput({ text }: { text: string }) {
  return (
    <span className="flex h-9 items-center rounded-lg border border-[light-dark(#e3e5ea,#32353d)] px-3 text-[light-dark(#5b616e,#a0a6b3)]">
      {text}
    </span>
  );
}
