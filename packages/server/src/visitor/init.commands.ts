import type { AttributesPatch, Page } from '@parley/protocol';
import type { VisitorActor } from '../actor.ts';
import type { Publication } from '../broadcast/publication.ts';
import { currentView } from '../conversation/conversation.queries.ts';
import type { Circumstances } from '../conversation/stream.commands.ts';
import { indexVisitor } from '../search/search.commands.ts';
import { announceVisitor, joinConversations } from '../conversation/visitor-change.commands.ts';
import { presentConversation } from '../conversation/view.ts';
import { first, run, type Sql } from '../database/database.ts';
import { pageOfMessages } from '../message/message.queries.ts';
import { moveMessages } from '../message/sender.commands.ts';
import { moveDeliveries } from '../webhook/hear.commands.ts';
import { hearOfVisitor, moveDetails, notePage } from './details.commands.ts';
import {
  agreementOf,
  describe,
  looksDifferent,
  patchAttributes,
  presentVisitor,
  recognize,
  type Agreement,
  type Claims,
  type Typed,
} from './visitor.ts';
import { consentRequired } from './visitor.queries.ts';
import {
  agreementFromRow,
  insertToken,
  insertVisitor,
  lockVisitor,
  profileColumns,
  profileFromRow,
  removeTokens,
  removeVisitor,
  selectToken,
  selectVisitorByIdentity,
  updateAgreement,
  updateVisitor,
  type VisitorRow,
} from './visitor.store.ts';

interface Init extends Circumstances {
  readonly siteId: number;
  readonly tokenHash: string | null;
  readonly newTokenHash: string;
  readonly claims: Claims | null;
  readonly typed: Typed;
  readonly attributes: AttributesPatch;
  readonly locale: string | null;
  readonly page: Page | null;
  readonly userAgent: string | null;
  readonly timeZone: string | null;
  /** The version of the site's text that visitors have to agree to; null: none. */
  readonly consentAsked: number | null;
  readonly consentGiven: number | null;
}

/** A page that is loaded again within this time is no news. */
const SEEN_MS = 60_000;

const UNKNOWN = { name: null, email: null, identity: null, emailVerified: false };

/** Recognizes or makes the visitor, and reads what its page shows first. A transaction. */
export function* init(sql: Sql, input: Init) {
  const publications: Publication[] = [];
  const { visitor, issued } = yield* recognized(sql, publications, input);
  const actor = { kind: 'visitor', visitorId: visitor.id, siteId: input.siteId } as const;
  const result = {
    visitor: presentVisitor(visitor),
    issued,
    ...(yield* opening(sql, actor, input)),
  };
  return { result, publications };
}

function* recognized(sql: Sql, publications: Publication[], input: Init) {
  const { siteId, claims } = input;
  const { current, person } = yield* heldBoth(sql, input);
  const recognition = recognize(current, person, claims);
  const known =
    recognition.kind === 'keep' ? current : recognition.kind === 'create' ? null : person;
  const joined = recognition.kind === 'join' ? current : null;
  const vouched = claims !== null && known !== null && current?.identity === null ? current : null;
  const issued = known === null || recognition.kind === 'switch' || vouched !== null;
  const agreement = agreed(input, [known, joined]);
  const visitor =
    known === null ? yield* createVisitor(sql, input) : yield* seeVisitor(sql, known, input);
  if (agreement !== null && agreement.version !== visitor.consent_version) {
    const { version: consent_version, at_ms: consented_at } = agreement;
    const agreeing = { site_id: siteId, id: visitor.id, consent_version, consented_at };
    yield* run(updateAgreement(sql, agreeing));
  }
  // Somebody may have had them before this person came to the browser (SEC-4).
  if (vouched !== null) yield* run(removeTokens(sql, { site_id: siteId, visitor_id: vouched.id }));
  if (issued) {
    const { newTokenHash: token_hash, now_ms: created_at } = input;
    const token = { token_hash, site_id: siteId, visitor_id: visitor.id, created_at };
    yield* run(insertToken(sql, token));
  }
  const { page, now_ms } = input;
  if (page !== null && cameTo(page, known)) {
    const { url, title = null } = page;
    yield* notePage(sql, { visitorId: visitor.id, url, title, now_ms });
  }
  // Whoever is blocked does not get around it by saying who it is.
  const wasBlocked = current !== null && current.blocked_at !== null;
  const isBlockedToo = recognition.kind === 'join' && wasBlocked && visitor.blocked_at === null;
  const announce =
    known !== null &&
    (isBlockedToo ||
      looksDifferent(profileFromRow(known), profileFromRow(visitor)) ||
      known.attributes !== visitor.attributes);
  if (announce) {
    yield* indexVisitor(sql, visitor);
    yield* hearOfVisitor(sql, visitor, input);
  }
  if (recognition.kind === 'join' && current !== null) {
    const move = { siteId, fromId: current.id, toId: visitor.id };
    yield* moveDetails(sql, { ...move, blocked_at: isBlockedToo ? now_ms : null });
    publications.push(...(yield* joinConversations(sql, { ...move, announce }, input)));
    yield* moveMessages(sql, move);
    yield* moveDeliveries(sql, move);
    yield* run(removeVisitor(sql, { site_id: siteId, id: current.id }));
  } else if (announce) {
    const of = { siteId, visitorId: visitor.id };
    publications.push(...(yield* announceVisitor(sql, of, input)));
  }
  return { visitor, issued };
}

/** @throws AppError `consent_required` where the site asks, and none of them has agreed to what it asks */
function agreed(
  { consentAsked: asked, consentGiven, now_ms }: Init,
  visitors: readonly (VisitorRow | null)[],
): Agreement | null {
  const now = asked !== null && consentGiven === asked ? { version: asked, at_ms: now_ms } : null;
  const agreement = agreementOf(asked, [now, ...visitors.map(agreementFromRow)]);
  if (agreement === 'missing') throw consentRequired(asked);
  return agreement;
}

/** Loading a page again is no new page. */
function cameTo({ url }: Page, known: VisitorRow | null): boolean {
  const before = known?.page ?? null;
  return before === null || (JSON.parse(before) as Page).url !== url;
}

/** Whom the token and whom the identity names, held in the order of their ids. */
function* heldBoth(sql: Sql, { siteId, tokenHash, claims }: Init) {
  const token =
    tokenHash === null ? undefined : yield* first(selectToken(sql, { token_hash: tokenHash }));
  const named =
    claims === null
      ? undefined
      : yield* first(selectVisitorByIdentity(sql, { site_id: siteId, identity: claims.subject }));
  const currentId = token?.site_id === siteId ? token.visitor_id : null;
  const ids = [...new Set([currentId, named?.id ?? null])].filter((id) => id !== null);
  const held = new Map<number | null, VisitorRow>();
  for (const id of ids.sort((a, b) => a - b)) {
    const row = yield* first(lockVisitor(sql, { site_id: siteId, id }));
    if (row !== undefined) held.set(id, row);
  }
  return { current: held.get(currentId) ?? null, person: held.get(named?.id ?? null) ?? null };
}

function* createVisitor(sql: Sql, input: Init) {
  const { siteId, claims, typed, attributes, locale, page, userAgent, timeZone, now_ms } = input;
  const row = yield* first(
    insertVisitor(sql, {
      ...profileColumns(describe(UNKNOWN, claims, typed)),
      site_id: siteId,
      locale,
      page: page === null ? null : JSON.stringify(page),
      user_agent: userAgent,
      time_zone: timeZone,
      attributes: patchAttributes(null, attributes),
      created_at: now_ms,
      last_seen_at: now_ms,
    }),
  );
  if (row === undefined) throw new Error('The inserted visitor was not returned');
  return row;
}

function* seeVisitor(sql: Sql, before: VisitorRow, input: Init) {
  const after: VisitorRow = {
    ...before,
    ...profileColumns(describe(profileFromRow(before), input.claims, input.typed)),
    locale: input.locale ?? before.locale,
    page: input.page === null ? before.page : JSON.stringify(input.page),
    user_agent: input.userAgent ?? before.user_agent,
    time_zone: input.timeZone ?? before.time_zone,
    attributes: patchAttributes(before.attributes, input.attributes),
    last_seen_at: input.now_ms,
  };
  const { last_seen_at: _, ...details } = after;
  const news = Object.entries(details).some(
    ([name, value]) => before[name as keyof VisitorRow] !== value,
  );
  if (!news && input.now_ms - before.last_seen_at < SEEN_MS) return before;
  yield* run(updateVisitor(sql, after));
  return after;
}

function* opening(sql: Sql, visitor: VisitorActor, links: Circumstances) {
  const view = yield* currentView(sql, { visitor, now_ms: links.now_ms });
  if (view === null) return { conversation: null, messages: [], head: 0, has_more: false };
  const conversation = presentConversation(view, 'visitor');
  const { id: conversationId, head } = conversation;
  const { siteId } = visitor;
  const of = { siteId, conversationId, audience: 'visitor', head, links } as const;
  const { messages, has_more } = yield* pageOfMessages(sql, of, {});
  return { conversation, messages, head, has_more };
}
