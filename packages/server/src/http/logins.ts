import type { FastifyBaseLogger } from 'fastify';
import type { ColleaguesCommands } from '../agent/colleagues.commands.ts';
import type { Feed } from '../broadcast/feed.ts';
import type { LoginNote, Note } from '../broadcast/note.ts';
import type { Providers } from '../broadcast/providers.ts';
import type { DashboardSockets } from '../sakura/dashboard-sockets.ts';
import type { AgentLogin, Identities, VisitorLogin } from './identity.ts';
import { sessionOf, sessionOwner, visitorOfOwner, visitorOwner } from './owner.ts';

export interface LoginsOptions {
  readonly identities: Identities;
  readonly feed: Pick<Feed, 'endWaitsOf'>;
  readonly own: Providers['own'];
  /** Sockets beside those of the own server. */
  readonly dashboards: Pick<DashboardSockets, 'end' | 'sessions'>;
  readonly colleagues: Pick<ColleaguesCommands, 'changed'>;
  /** To the other nodes. */
  readonly tell: (note: Note) => void;
  readonly logger: Pick<FastifyBaseLogger, 'warn'>;
}

/**
 * What lives in the name of a login and ends with it: what is remembered of it, the polls that wait
 * and the sockets, on all nodes (SEC-5). A socket is known by the id with which it had a channel
 * authorized; one that follows no private channel hears nothing that could end.
 */
export class Logins {
  readonly #options: LoginsOptions;
  #rechecking: Promise<void> | null = null;
  /** Asked for while it ran: what was looked at may be old. */
  #again = false;

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /**
   * Notes for whom a socket of the own server is connected, before it is told that it may be.
   * @returns false where the login has ended in the meantime
   */
  async claim(login: VisitorLogin | AgentLogin, socketId: string): Promise<boolean> {
    const { own, tell, identities } = this.#options;
    const owner =
      login.kind === 'agent' ? sessionOwner(login.tokenHash) : visitorOwner(login.actor.visitorId);
    if (own !== null && !own.realtime.claim(own.appId, socketId, owner)) {
      tell({ type: 'claim', socketId, owner });
    }
    if (login.kind === 'agent') return identities.isCurrent(login);
    return !identities.hasVisitorEnded(login.actor.visitorId);
  }

  async endSession(tokenHash: string): Promise<void> {
    await this.#options.identities.endSession(tokenHash);
    const owner = sessionOwner(tokenHash);
    this.#disconnect(owner, 'away');
    this.#options.tell({ type: 'ended', owner });
  }

  /** Another session takes its place: whoever listens in its name asks anew, with the new cookie. */
  async replaceSession(tokenHash: string): Promise<void> {
    await this.#options.identities.endSession(tokenHash);
    const owner = sessionOwner(tokenHash);
    this.#disconnect(owner, 'anew');
    this.#options.tell({ type: 'changed', owner });
  }

  /** Verifying an identity ended tokens of this visitor, or joined it to another: who acts by them begins anew. */
  visitorRenewed(visitorId: number): void {
    this.#visitorChanged(visitorId);
  }

  /** The visitor was erased: its tokens open nothing any more. */
  visitorErased(visitorId: number): void {
    this.#visitorEnded(visitorId);
  }

  /** Its sockets end and no others are let in; it may still read over HTTP. */
  visitorBlocked(visitorId: number): void {
    this.#visitorEnded(visitorId);
  }

  visitorUnblocked(visitorId: number): void {
    this.#visitorChanged(visitorId);
  }

  #visitorChanged(visitorId: number): void {
    const owner = visitorOwner(visitorId);
    this.#options.identities.forgetVisitor(visitorId);
    this.#disconnect(owner, 'anew');
    this.#options.tell({ type: 'changed', owner });
  }

  #visitorEnded(visitorId: number): void {
    const owner = visitorOwner(visitorId);
    this.#options.identities.endVisitor(visitorId);
    this.#disconnect(owner, 'away');
    this.#options.tell({ type: 'ended', owner });
  }

  /** Another node says what happened there. */
  take(note: LoginNote): void {
    const { own } = this.#options;
    if (note.type === 'members') {
      void this.recheckAll();
      return;
    }
    const { owner } = note;
    switch (note.type) {
      case 'claim':
        own?.realtime.claim(own.appId, note.socketId, owner);
        // The end may have been the faster one.
        if (this.#hasEnded(owner)) this.#disconnect(owner, 'away');
        return;
      case 'ended':
      case 'changed':
        this.#forget(owner, note.type);
        this.#disconnect(owner, note.type === 'ended' ? 'away' : 'anew');
    }
  }

  #hasEnded(owner: string): boolean {
    const { identities } = this.#options;
    const tokenHash = sessionOf(owner);
    if (tokenHash !== null) return identities.hasEnded(tokenHash);
    const visitorId = visitorOfOwner(owner);
    return visitorId !== null && identities.hasVisitorEnded(visitorId);
  }

  #forget(owner: string, why: 'ended' | 'changed'): void {
    const { identities } = this.#options;
    const tokenHash = sessionOf(owner);
    const visitorId = visitorOfOwner(owner);
    if (tokenHash !== null) identities.forgetSession(tokenHash);
    else if (visitorId === null) return;
    else if (why === 'ended') identities.endVisitor(visitorId);
    else identities.forgetVisitor(visitorId);
  }

  /**
   * Memberships, roles or agents were changed here: resolves when no request and no socket of this
   * process sees more than it may; the other nodes are told.
   * @param siteIds where colleagues came, went, or are called otherwise: who works there is told
   */
  async membersChanged(siteIds: readonly number[] = []): Promise<void> {
    this.#options.tell({ type: 'members' });
    await this.recheckAll();
    await this.#options.colleagues.changed(siteIds);
  }

  /** What other nodes told was not heard for a while: nothing that is remembered of anybody is relied upon. */
  notesMissed(): Promise<void> {
    this.#options.identities.forgetVisitors();
    return this.recheckAll();
  }

  /**
   * Looks all sessions up that are in use here, and ends what has changed behind this process: an
   * agent was disabled, a membership removed, a session deleted, a note of another node lost.
   * Resolves when what was committed before is heeded.
   */
  recheckAll(): Promise<void> {
    if (this.#rechecking !== null) this.#again = true;
    this.#rechecking ??= this.#recheckUntilDone();
    return this.#rechecking;
  }

  async #recheckUntilDone(): Promise<void> {
    do {
      this.#again = false;
      await this.#recheck();
    } while (this.#again);
    this.#rechecking = null;
  }

  async #recheck(): Promise<void> {
    const { own, dashboards, identities, logger } = this.#options;
    const owners = own === null ? [] : own.realtime.owners(own.appId);
    const sockets = owners.map(sessionOf).filter((hash) => hash !== null);
    const connected = new Set([...sockets, ...dashboards.sessions()]);
    try {
      const hashes = [...new Set([...connected, ...identities.sessionsInUse()])];
      for (const [hash, standing] of await identities.recheck(hashes, connected)) {
        this.#disconnect(sessionOwner(hash), standing === 'over' ? 'away' : 'anew');
      }
    } catch (error) {
      logger.warn({ err: error }, 'Logins could not be looked up again');
    }
  }

  #disconnect(owner: string, how: 'away' | 'anew'): void {
    const { own, dashboards, feed } = this.#options;
    feed.endWaitsOf(owner);
    dashboards.end(owner, how);
    own?.realtime.disconnectOwner(own.appId, owner, how);
  }
}
