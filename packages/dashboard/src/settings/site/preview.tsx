import type { SiteSettings } from '@parley/protocol';
import { ArrowUp, ChevronDown, MessageCircle, X } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { cx } from '../../ui/cx.ts';
import { brandOf } from './brand.ts';

/**
 * The widget as visitors see it, drawn from the draft: nothing has to be saved to look at it. A
 * picture, not the widget itself, which would begin a visit.
 */
export function Preview({ settings }: { settings: SiteSettings }) {
  const { appearance, prechat, prechat_when } = settings;
  const [systemDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const dark = appearance.theme === 'auto' ? systemDark : appearance.theme === 'dark';
  const { fill, ink } = brandOf(appearance.color);
  const title = appearance.title.trim() === '' ? 'Chat with us' : appearance.title;
  const greeting = appearance.greeting.trim() === '' ? 'Hi there 👋' : appearance.greeting;
  const asksFirst = prechat !== 'off' && prechat_when === 'before';
  const left = appearance.position === 'left';
  return (
    <figure className="sticky top-8">
      <div
        aria-hidden
        inert
        style={{ colorScheme: dark ? 'dark' : 'light' }}
        className="flex h-[30rem] flex-col justify-end rounded-2xl border border-line bg-sunken p-4 max-lg:h-[26rem]"
      >
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
            <p className="line-clamp-5 text-xl leading-7 font-bold whitespace-pre-line">
              {greeting}
            </p>
            {asksFirst && (
              <div className="mt-3 flex flex-col gap-2">
                <PreviewInput text="Name" />
                <PreviewInput text="Email" />
              </div>
            )}
          </div>
          <div className="m-3 mt-0 flex h-10 items-center justify-between rounded-full border border-[light-dark(#e3e5ea,#32353d)] pr-1.5 pl-3.5 text-[light-dark(#5b616e,#a0a6b3)]">
            Write a message…
            <span
              style={{ background: fill, color: ink }}
              className="flex size-7 items-center justify-center rounded-full"
            >
              <ArrowUp size={15} />
            </span>
          </div>
        </div>
        <div className={cx('mt-3 flex items-center gap-2', left ? 'flex-row' : 'flex-row-reverse')}>
          <span
            style={{ background: fill, color: ink }}
            className="flex size-12 shrink-0 items-center justify-center rounded-full shadow-pop"
          >
            <ChevronDown size={22} />
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

function PreviewInput({ text }: { text: string }) {
  return (
    <span className="flex h-9 items-center rounded-lg border border-[light-dark(#e3e5ea,#32353d)] px-3 text-[light-dark(#5b616e,#a0a6b3)]">
      {text}
    </span>
  );
}
