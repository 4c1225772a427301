import type { AttributesPatch, InitAnswer, Page } from '@parley/protocol';
import type { Context } from '../context.ts';
import { commit } from '../conversation/stream.commands.ts';
import type { Site } from '../site/site.ts';
import { hashToken } from '../token.ts';
import { verifyIdentity } from './identity.ts';
import { init } from './init.commands.ts';

export interface InitVisitor {
  readonly site: Site;
  /** As the browser sent it; one that is unknown in this site makes a new visitor. */
  readonly visitorToken: string | undefined;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly attributes?: AttributesPatch | undefined;
  readonly locale: string | undefined;
  readonly page: Page | undefined;
  /** As the browser names itself. */
  readonly userAgent?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly identityToken: string | undefined;
  /** The version of the site's text that the visitor agrees to. */
  readonly consent?: number | undefined;
}

export interface VisitorCommands {
  /**
   * Finds or makes the visitor, and the conversation that the next message would go to. The answered
   * token may be another than the given one: keep that.
   * @throws AppError `invalid_identity_token`; `consent_required` where the site asks for consent first
   */
  initVisitor(input: InitVisitor): Promise<Omit<InitAnswer, 'success' | 'team'>>;
}

export function createVisitorCommands(context: Context): VisitorCommands {
  return { initVisitor: (input) => initVisitor(context, input) };
}

/** No browser's is longer. */
const USER_AGENT_CHARS = 500;

async function initVisitor(
  context: Context,
  input: InitVisitor,
): Promise<Omit<InitAnswer, 'success' | 'team'>> {
  const { site, visitorToken, name, email, attributes, locale, page, identityToken } = input;
  const { userAgent, timeZone } = input;
  const newToken = context.random.token();
  const claims =
    identityToken === undefined
      ? null
      : await verifyIdentity(identityToken, site.identitySecret, context.clock.now_ms());
  const { issued, ...answer } = await commit(context, init, {
    siteId: site.id,
    tokenHash: visitorToken === undefined ? null : hashToken(visitorToken),
    newTokenHash: hashToken(newToken),
    claims,
    attributes: attributes ?? {},
    typed: { name: name?.trim() || null, email: email ?? null },
    locale: locale ?? null,
    page: page ?? null,
    userAgent: userAgent?.slice(0, USER_AGENT_CHARS).toWellFormed() ?? null,
    timeZone: timeZone ?? null,
    consentAsked: site.settings.consent === null ? null : site.consentVersion,
    consentGiven: input.consent ?? null,
  });
  return { ...answer, visitor_token: issued ? newToken : (visitorToken ?? newToken) };
}
