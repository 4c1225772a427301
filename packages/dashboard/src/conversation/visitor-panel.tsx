import type { InboxEntry, Rating, Visitor } from '@parley/protocol';
import { BadgeCheck, CircleHelp, Star } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMe } from '../chat-context.tsx';
import { formatDateTime, isoTime } from '../i18n/time.ts';
import { t } from '../i18n/translate.ts';
import { waitingSince } from '../inbox/arrange.ts';
import { visitorName } from '../inbox/visitor-name.ts';
import { Avatar } from '../ui/avatar.tsx';

/** Who the visitor is, as far as is known, with what they only claim told apart (SEC-2). */
export function VisitorPanel({ conversation }: { conversation: InboxEntry }) {
  const { sites } = useMe();
  const { visitor } = conversation;
  const site = sites.find((one) => one.id === conversation.site_id);
  const since_s = waitingSince(conversation);
  return (
    <div className="h-full overflow-y-auto px-5 py-6">
      <div className="flex flex-col items-center gap-3 pb-6 text-center">
        <Avatar name={visitor.name} seed={`visitor:${visitor.id}`} size="large" />
        <div className="max-w-full">
          <h2 className="text-lg font-semibold wrap-anywhere">{visitorName(visitor)}</h2>
          {visitor.name === null && <p className="text-xs text-muted">{t('visitor.anonymous')}</p>}
        </div>
      </div>
      <dl className="flex flex-col gap-4 border-t border-line pt-5 text-sm">
        <Fact name={t('visitor.email')}>
          <EmailFact visitor={visitor} />
        </Fact>
        <Fact name={t('visitor.began')}>
          <Moment time_s={conversation.timestamp} />
        </Fact>
        {Object.entries(conversation.attributes ?? {}).map(([name, value]) => (
          <Fact key={name} name={<bdi>{name}</bdi>}>
            <span dir="auto">{String(value)}</span>
          </Fact>
        ))}
        {since_s !== null && (
          <Fact name={t('visitor.waitingSince')}>
            <Moment time_s={since_s} />
          </Fact>
        )}
        {site !== undefined && <Fact name={t('visitor.site')}>{site.name}</Fact>}
        <Fact name={t('visitor.assignee')}>
          {conversation.assignee?.name ?? t('visitor.assignee.none')}
        </Fact>
        {conversation.rating !== undefined && <RatingFact rating={conversation.rating} />}
        {conversation.labels !== undefined && conversation.labels.length > 0 && (
          <Fact name={t('visitor.labels')}>
            <span className="flex flex-wrap gap-1 pt-0.5">
              {conversation.labels.map((label) => (
                <span key={label} className="rounded-md bg-sunken px-1.5 py-0.5 text-xs">
                  {label}
                </span>
              ))}
            </span>
          </Fact>
        )}
        <Fact name={t('visitor.id')}>#{visitor.id}</Fact>
        <Fact name={t('visitor.conversation')}>#{conversation.id}</Fact>
      </dl>
    </div>
  );
}

function EmailFact({ visitor }: { visitor: Visitor }) {
  if (visitor.email === null) return <span className="text-muted">{t('visitor.email.none')}</span>;
  return (
    <>
      <a href={`mailto:${encodeURIComponent(visitor.email)}`} className="hover:underline">
        {visitor.email}
      </a>
      {visitor.verified ? (
        <span className="mt-0.5 flex items-center gap-1 text-xs font-medium text-accent">
          <BadgeCheck size={14} aria-hidden />
          {t('visitor.email.verified')}
        </span>
      ) : (
        <span className="mt-0.5 flex items-center gap-1 text-xs text-wait">
          <CircleHelp size={13} aria-hidden />
          {t('visitor.email.typed')}
        </span>
      )}
    </>
  );
}

const STARS = 5;

function RatingFact({ rating: { score, comment } }: { rating: Rating }) {
  return (
    <Fact name={t('visitor.rating')}>
      <span
        role="img"
        aria-label={t('visitor.rating.of', { score, best: STARS })}
        className="flex gap-0.5 pt-0.5 text-wait"
      >
        {Array.from({ length: STARS }, (_, index) => (
          <Star key={index} size={15} aria-hidden fill={index < score ? 'currentColor' : 'none'} />
        ))}
      </span>
      {comment !== null && (
        <blockquote dir="auto" className="mt-1 whitespace-pre-wrap text-muted">
          {comment}
        </blockquote>
      )}
    </Fact>
  );
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="mt-0.5 wrap-anywhere">{children}</dd>
    </div>
  );
}

function Moment({ time_s }: { time_s: number }) {
  return <time dateTime={isoTime(time_s * 1000)}>{formatDateTime(time_s * 1000)}</time>;
}
