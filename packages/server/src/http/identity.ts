import type { Agent, MemberSite } from '@parley/protocol';
import type { AgentActor, VisitorActor } from '../actor.ts';
import type { AgentCommands } from '../agent/agent.commands.ts';
import { actorFrom, type AgentQueries, type SignedIn } from '../agent/agent.queries.ts';
import type { Clock } from '../context.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import type { Site } from '../site/site.ts';
import { hashToken } from '../token.ts';
import type { VisitorQueries } from '../visitor/visitor.queries.ts';
import { BoundedCache } from './bounded-cache.ts';

/** A signed-in agent, as one request sees it. */
export interface AgentLogin {
  readonly kind: 'agent';
  readonly actor: AgentActor;
  readonly agent: Agent;
  readonly sites: readonly MemberSite[];
  readonly csrfToken: string;
  readonly tokenHash: string;
  readonly expiresAt_ms: number;
}

export interface VisitorLogin {
  readonly kind: 'visitor';
  readonly actor: VisitorActor;
  /** It may read, and nothing else. */
  readonly blocked: boolean;
  /** Whether its site asks for an agreement that it has not given: then it may do nothing. */
  readonly mustAgree: boolean;
}

/** Who a request comes from. */
export type Identity =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'site'; readonly site: Site }
  | VisitorLogin
  | AgentLogin;

export const SESSION_LIFETIME_MS = 14 * 24 * 60 * 60_000;
/** A session's expiry slides on the server, but not with each request. */
const TOUCH_INTERVAL_MS = 10 * 60_000;
/** A change of a site or of memberships by another process shows after at most this. */
const SITE_LIFETIME_MS = 5_000;
const LOGIN_LIFETIME_MS = 10 * 60_000;
const LOGINS_MAX = 20_000;
const ENDED_MS = 60_000;
/** Longer than any token that was given out. */
const TOKEN_CHARS_MAX = 200;

export interface IdentitiesOptions {
  readonly sites: Pick<SiteQueries, 'findSite' | 'findSiteByToken'>;
  readonly visitors: Pick<VisitorQueries, 'findVisitorByTokenHash'>;
  readonly agents: Pick<AgentQueries, 'loginsOf'>;
  readonly sessions: Pick<AgentCommands, 'touchSession' | 'deleteSession'>;
  readonly clock: Clock;
}

/**
 * Turns tokens into identities, from memory where it can: polling must not cost the database a
 * look-up each time (SYNC-11). What is remembered is forgotten on change.
 */
export class Identities {
  readonly #options: IdentitiesOptions;
  readonly #sites = new BoundedCache<Site>(1_000, SITE_LIFETIME_MS);
  readonly #visitors = new BoundedCache<VisitorLogin>(LOGINS_MAX, LOGIN_LIFETIME_MS);
  readonly #agents = new BoundedCache<AgentLogin>(LOGINS_MAX, LOGIN_LIFETIME_MS);
  /** Sessions that ended lately: a look-up that began before must not bring one back. */
  readonly #ended = new BoundedCache<true>(LOGINS_MAX, ENDED_MS);
  /** Visitors who were blocked or erased lately, by id. */
  readonly #endedVisitors = new BoundedCache<true>(LOGINS_MAX, ENDED_MS);
  #visitorsDropped = 0;

  constructor(options: IdentitiesOptions) {
    this.#options = options;
  }

  async siteOfToken(token: string): Promise<Site | null> {
    if (token.length > TOKEN_CHARS_MAX) return null;
    return this.#site(`token ${token}`, () => this.#options.sites.findSiteByToken(token));
  }

  async site(id: number): Promise<Site | null> {
    return this.#site(`id ${id}`, () => this.#options.sites.findSite(id));
  }

  /** One was changed here; other processes see it when what they remember is over. */
  forgetSites(): void {
    this.#sites.deleteWhere(() => true);
  }

  /**
   * A site may ask for consent from now on, which other nodes see when what they remember is over; or it is
   * not known what other nodes changed.
   */
  forgetVisitors(): void {
    this.#visitorsDropped += 1;
    this.#visitors.deleteWhere(() => true);
  }

  async visitorOfToken(token: string): Promise<VisitorLogin | null> {
    if (token.length > TOKEN_CHARS_MAX) return null;
    const hash = hashToken(token);
    const known = this.#visitors.get(hash, this.#now_ms());
    if (known !== undefined) return known;
    const dropped = this.#visitorsDropped;
    const found = await this.#options.visitors.findVisitorByTokenHash(hash);
    if (found === null) return null;
    const { actor, blocked, consented } = found;
    const site = consented ? null : await this.site(actor.siteId);
    const mustAgree = site !== null && site.settings.consent !== null;
    const login: VisitorLogin = { kind: 'visitor', actor, blocked, mustAgree };
    // What was looked up while a visitor was forgotten may be from before.
    const isFresh = dropped === this.#visitorsDropped && !this.hasVisitorEnded(actor.visitorId);
    // Who has to agree may do so at any moment, on another node too.
    if (!mustAgree && isFresh) {
      this.#visitors.set(hash, login, this.#now_ms());
    }
    return login;
  }

  /**
   * Something of the visitor was changed that its tokens open: its identity was verified, it was joined
   * to another (SYNC-13), or may write again.
   */
  forgetVisitor(visitorId: number): void {
    this.#endedVisitors.delete(String(visitorId));
    this.#dropVisitor(visitorId);
  }

  /** The visitor was blocked or erased. */
  endVisitor(visitorId: number): void {
    this.#endedVisitors.set(String(visitorId), true, this.#now_ms());
    this.#dropVisitor(visitorId);
  }

  /** Whether a visitor was blocked or erased lately: a look-up that began before may not know. */
  hasVisitorEnded(visitorId: number): boolean {
    return this.#endedVisitors.get(String(visitorId), this.#now_ms()) === true;
  }

  #dropVisitor(visitorId: number): void {
    this.#visitorsDropped += 1;
    this.#visitors.deleteWhere(({ actor }) => actor.visitorId === visitorId);
  }

  async agentOfToken(token: string): Promise<AgentLogin | null> {
    if (token.length > TOKEN_CHARS_MAX) return null;
    return this.#agentOfHash(hashToken(token));
  }

  /** Of those that are remembered, by the hash of their tokens, and of those whose polls may still wait. */
  sessionsInUse(): readonly string[] {
    this.#agents.forget(this.#now_ms() - ENDED_MS);
    return this.#agents.keys();
  }

  /**
   * Looks sessions up again that may have changed behind this process, all by one statement. That is no
   * use of them, but for those of open sockets: who is gone is signed out in time.
   * @param connected those of open sockets
   * @returns what became of those that are not as they were; `changed`: it may see less
   */
  async recheck(
    tokenHashes: readonly string[],
    connected: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, 'changed' | 'over'>> {
    // From before the look: a request that comes meanwhile brings what is new already.
    const known = new Map(tokenHashes.map((hash) => [hash, this.#agents.peek(hash)]));
    const found = await this.#options.agents.loginsOf(tokenHashes);
    const news = new Map<string, 'changed' | 'over'>();
    const looks = tokenHashes.map(async (hash) => {
      const isUsed = connected.has(hash);
      const login = await this.#loginFrom(hash, found.get(hash), isUsed);
      if (login === null || this.hasEnded(hash)) {
        this.#agents.delete(hash);
        news.set(hash, 'over');
        return;
      }
      if (isUsed) this.#agents.set(hash, login, this.#now_ms());
      else this.#agents.replace(hash, login);
      const { siteIds } = login.actor;
      const saw = known.get(hash)?.actor.siteIds ?? [];
      if (saw.some((id) => !siteIds.includes(id))) news.set(hash, 'changed');
    });
    await Promise.all(looks);
    return news;
  }

  /** Whether a session ended lately. */
  hasEnded(tokenHash: string): boolean {
    return this.#ended.get(tokenHash, this.#now_ms()) === true;
  }

  /** Whether a login that was good a while ago still is: for requests that wait. */
  async isCurrent(login: AgentLogin): Promise<boolean> {
    // What has ended is not remembered, and what changed unseen is looked up again from time to time.
    if (this.#agents.get(login.tokenHash, this.#now_ms()) !== undefined) return true;
    return (await this.#loadAgent(login.tokenHash)) !== null;
  }

  /** The login as it is by now, null where it is over: for sockets that stay. */
  async renewed({ tokenHash }: Pick<AgentLogin, 'tokenHash'>): Promise<AgentLogin | null> {
    return this.#agentOfHash(tokenHash);
  }

  async endSession(tokenHash: string): Promise<void> {
    this.forgetSession(tokenHash);
    await this.#options.sessions.deleteSession(tokenHash);
  }

  /** Another node ended it. */
  forgetSession(tokenHash: string): void {
    this.#ended.set(tokenHash, true, this.#now_ms());
    this.#agents.delete(tokenHash);
  }

  async #site(key: string, find: () => Promise<Site | null>): Promise<Site | null> {
    const known = this.#sites.get(key, this.#now_ms());
    if (known !== undefined) return known;
    const site = await find();
    if (site !== null) this.#sites.set(key, site, this.#now_ms());
    return site;
  }

  async #agentOfHash(hash: string): Promise<AgentLogin | null> {
    const now_ms = this.#now_ms();
    const known = this.#agents.get(hash, now_ms);
    if (known !== undefined && known.expiresAt_ms > now_ms) return known;
    const login = await this.#loadAgent(hash);
    if (login === null || this.hasEnded(hash)) return null;
    this.#agents.set(hash, login, this.#now_ms());
    return login;
  }

  async #loadAgent(hash: string): Promise<AgentLogin | null> {
    const found = await this.#options.agents.loginsOf([hash]);
    return this.#loginFrom(hash, found.get(hash), true);
  }

  /** @param isUsed whether its end moves */
  async #loginFrom(
    hash: string,
    found: SignedIn | undefined,
    isUsed: boolean,
  ): Promise<AgentLogin | null> {
    if (found === undefined) return null;
    const { session, agent, sites } = found;
    const now_ms = this.#now_ms();
    const isStale =
      isUsed && session.expiresAt_ms - now_ms < SESSION_LIFETIME_MS - TOUCH_INTERVAL_MS;
    const expiresAt_ms = isStale ? now_ms + SESSION_LIFETIME_MS : session.expiresAt_ms;
    if (isStale && !(await this.#options.sessions.touchSession(hash, expiresAt_ms))) return null;
    return {
      kind: 'agent',
      actor: actorFrom(agent.id, sites),
      agent,
      sites,
      csrfToken: session.csrfToken,
      tokenHash: hash,
      expiresAt_ms,
    };
  }

  #now_ms(): number {
    return this.#options.clock.now_ms();
  }
}
