import type { VisitedPage, VisitorDetails } from '@parley/protocol';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatAgo } from '../../i18n/time.ts';
import { t } from '../../i18n/translate.ts';
import { useNow_ms } from '../../ui/clock.ts';
import { Part } from './fact.tsx';
import { readAddress } from './place.ts';

const SHOWN_AT_FIRST = 5;

/** Where the visitor was, the newest first. */
export function PagesSeen({ pages }: { pages: readonly VisitedPage[] }) {
  const [all, setAll] = useState(false);
  const now_s = useNow_ms('quarterMinute') / 1000;
  if (pages.length === 0) return null;
  const shown = all ? pages : pages.slice(0, SHOWN_AT_FIRST);
  return (
    <Part title={t('visitor.pages')}>
      <ol className="flex flex-col gap-2">
        {shown.map((page) => (
          <li key={`${page.timestamp} ${page.url}`} className="flex gap-3">
            <PageLink page={page} />
            <span className="shrink-0 text-xs text-muted">{formatAgo(page.timestamp, now_s)}</span>
          </li>
        ))}
      </ol>
      {shown.length < pages.length && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="mt-2 rounded-sm py-1 text-xs font-medium text-accent hover:underline"
        >
          {t('visitor.pages.all', { count: pages.length })}
        </button>
      )}
    </Part>
  );
}

/** A page by its title, and its address; the visitor's browser wrote both. */
export function PageLink({ page: { url, title } }: { page: Pick<VisitedPage, 'url' | 'title'> }) {
  const { href, text } = readAddress(url);
  const name = title === null || title.trim() === '' ? text : title;
  return (
    <span className="min-w-0 grow" title={url}>
      {href === null ? (
        <span className="block truncate">{name}</span>
      ) : (
        <a
          href={href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="block truncate hover:underline"
        >
          <bdi>{name}</bdi>
        </a>
      )}
      {name !== text && <span className="block truncate text-xs text-muted">{text}</span>}
    </span>
  );
}

/** The visitor's other conversations. */
export function EarlierConversations({
  conversations,
  openId,
}: {
  conversations: VisitorDetails['conversations'];
  openId: number;
}) {
  const now_s = useNow_ms('quarterMinute') / 1000;
  const others = conversations.filter(({ id }) => id !== openId);
  if (others.length === 0) return null;
  return (
    <Part title={t('visitor.earlier')}>
      <ul className="-mx-2 flex flex-col">
        {others.map(({ id, status, preview, timestamp }) => (
          <li key={id}>
            <Link
              to="/chatbot/$id"
              params={{ id: String(id) }}
              search={true}
              className="block rounded-lg px-2 py-1.5 hover:bg-hover"
            >
              <span className="block truncate">
                {preview === '' ? t('inbox.preview.none') : preview}
              </span>
              <span className="text-xs text-muted">
                {t(`status.${status}`)} · {formatAgo(timestamp, now_s)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Part>
  );
}
