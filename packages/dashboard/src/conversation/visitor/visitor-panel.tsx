import {
  type InboxEntry,
  type Rating,
  roleMay,
  type Visitor,
  type VisitorDetails,
} from '@parley/protocol';
import { BadgeCheck, Ban, CircleHelp, Star } from 'lucide-react';
import { useMe } from '../../chat-context.tsx';
import { t } from '../../i18n/translate.ts';
import { waitingSince } from '../../inbox/arrange.ts';
import { visitorName } from '../../inbox/visitor-name.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { useNow_ms } from '../../ui/clock.ts';
import { useToast } from '../../ui/toast.tsx';
import { browserName } from './browser-name.ts';
import { Fact, Moment } from './fact.tsx';
import { languageName, localTime, readAddress } from './place.ts';
import { type KnownVisitor, useVisitor } from './use-visitor.ts';
import { EarlierConversations, PageLink, PagesSeen } from './visitor-history.tsx';
import { VisitorData } from './visitor-data.tsx';
import { VisitorNotes } from './visitor-notes.tsx';

/** Who the visitor is, as far as is known, with what they only claim told apart (SEC-2). */
export function VisitorPanel({ conversation }: { conversation: InboxEntry }) {
  const { sites } = useMe();
  const { details, failed, change } = useVisitor(conversation);
  const { visitor } = conversation;
  const site = sites.find((one) => one.id === conversation.site_id);
  const since_s = waitingSince(conversation);
  return (
    <div className="relative h-full overflow-y-auto px-5 py-6">
      <div className="flex flex-col items-center gap-3 pb-6 text-center">
        <Avatar name={visitor.name} seed={`visitor:${visitor.id}`} size="large" />
        <div className="max-w-full">
          <h2 className="text-lg font-semibold wrap-anywhere">{visitorName(visitor)}</h2>
          {visitor.name === null && <p className="text-xs text-muted">{t('visitor.anonymous')}</p>}
          {conversation.blocked === true && (
            <p className="mt-1 flex items-center justify-center gap-1 text-xs font-medium text-late">
              <Ban size={13} aria-hidden />
              {t('visitor.blocked')}
            </p>
          )}
        </div>
      </div>
      <dl className="flex flex-col gap-4 border-t border-line pt-5 text-sm">
        <Fact name={t('visitor.email')}>
          <EmailFact visitor={visitor} />
        </Fact>
        {Object.entries(conversation.attributes ?? {}).map(([name, value]) => (
          <Fact key={name} name={<bdi>{name}</bdi>}>
            <span dir="auto">{String(value)}</span>
          </Fact>
        ))}
        {details !== null && <Surroundings details={details} />}
        <Fact name={t('visitor.id')}>#{visitor.id}</Fact>
      </dl>
      <dl className="mt-5 flex flex-col gap-4 border-t border-line pt-4 text-sm">
        <Fact name={t('visitor.assignee')}>
          {conversation.assignee?.name ?? t('visitor.assignee.none')}
        </Fact>
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
        {since_s !== null && (
          <Fact name={t('visitor.waitingSince')}>
            <Moment time_s={since_s} />
          </Fact>
        )}
        <Fact name={t('visitor.began')}>
          <Moment time_s={conversation.timestamp} />
        </Fact>
        {conversation.rating !== undefined && <RatingFact rating={conversation.rating} />}
        {site !== undefined && <Fact name={t('visitor.site')}>{site.name}</Fact>}
        <Fact name={t('visitor.conversation')}>#{conversation.id}</Fact>
      </dl>
      {failed && <p className="mt-5 text-xs text-late">{t('visitor.failed')}</p>}
      {details !== null && (
        <>
          <VisitorNotes notes={details.notes} siteId={details.site_id} change={change} />
          <PagesSeen pages={details.pages} />
          <EarlierConversations conversations={details.conversations} openId={conversation.id} />
          <BlockButton blocked={details.blocked} change={change} />
          {site !== undefined && roleMay(site.role, 'visitors.manage') && (
            <VisitorData id={visitor.id} name={visitorName(visitor)} />
          )}
        </>
      )}
    </div>
  );
}

/** Where the visitor is and with what, as its browser says. */
function Surroundings({ details }: { details: VisitorDetails }) {
  const { pages, referrer, user_agent, locale, time_zone, consent } = details;
  const now_ms = useNow_ms('quarterMinute');
  const [page] = pages;
  const browser = user_agent === null ? null : browserName(user_agent);
  const time = time_zone === null ? null : localTime(time_zone, now_ms);
  return (
    <>
      {page !== undefined && (
        <Fact name={t('visitor.page')}>
          <PageLink page={page} />
        </Fact>
      )}
      {referrer !== null && referrer !== '' && (
        <Fact name={t('visitor.referrer')}>
          <span title={referrer}>{readAddress(referrer).text}</span>
        </Fact>
      )}
      {time !== null && (
        <Fact name={t('visitor.localTime')}>
          {time} <span className="text-muted">{time_zone?.replaceAll('_', ' ')}</span>
        </Fact>
      )}
      {locale !== null && <Fact name={t('visitor.language')}>{languageName(locale)}</Fact>}
      {browser !== null && (
        <Fact name={t('visitor.browser')}>
          <span title={user_agent ?? undefined}>{browser}</span>
        </Fact>
      )}
      <Fact name={t('visitor.firstSeen')}>
        <Moment time_s={details.first_seen} />
      </Fact>
      {consent !== null && (
        <Fact name={t('visitor.consent')}>
          <Moment time_s={consent.timestamp} />{' '}
          <span className="text-muted">
            {t('visitor.consent.version', { version: consent.version })}
          </span>
        </Fact>
      )}
    </>
  );
}

function BlockButton({ blocked, change }: { blocked: boolean; change: KnownVisitor['change'] }) {
  const say = useToast();
  const set = (wanted: boolean) => change('PATCH', '', { blocked: wanted });

  async function toggle() {
    if (!(await set(!blocked))) return;
    const done = t(blocked ? 'visitor.unblock.done' : 'visitor.block.done');
    say(done, { text: t('ui.undo'), run: () => void set(blocked) });
  }

  return (
    <div className="mt-5 border-t border-line pt-4">
      <Button look="quiet" className="-ml-3 text-late" onClick={() => void toggle()}>
        <Ban size={15} aria-hidden />
        {t(blocked ? 'visitor.unblock' : 'visitor.block')}
      </Button>
      <p className="text-xs text-muted">
        {t(blocked ? 'visitor.unblock.hint' : 'visitor.block.hint')}
      </p>
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
