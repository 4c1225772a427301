import {
  PAGE_LIMITS,
  type ConfigAnswer,
  type InitAnswer,
  type InitRequest,
  type Page,
  type Team,
  type Visitor,
} from '@parley/protocol';
import type { ApiError } from './api-error.ts';
import { pause, type Environment, type Pause } from './environment.ts';
import { asApiError } from './http.ts';
import { isPassing, reconnectDelay_ms } from './reconnect-policy.ts';
import { createStore, type WritableStore } from './store.ts';
import type { TokenStore } from './token-store.ts';
import type { Failure } from './view.ts';
import type { Introduction } from './visitor-chat-interface.ts';
import type { VisitorApi } from './visitor-api.ts';

export type VisitorPhase =
  | { readonly phase: 'idle' }
  | { readonly phase: 'starting' }
  | {
      readonly phase: 'ready';
      readonly config: ConfigAnswer;
      readonly visitor: Visitor;
      readonly team: Team;
    }
  | { readonly phase: 'refused'; readonly error: Failure };

export interface VisitorSessionOptions {
  readonly environment: Environment;
  readonly api: VisitorApi;
  readonly tokens: TokenStore;
  readonly page: () => Page | undefined;
  readonly locale: string | undefined;
  /** The version that was agreed to; null: no more. Absent: nobody asks. */
  readonly consent: (() => number | null) | undefined;
  /** Loads what a conversation is followed with: an answer that has one is taken then. */
  readonly prepare: () => Promise<unknown>;
  /** After each `init`, the phase being `ready` already. */
  readonly onInit: (answer: InitAnswer) => void;
  /** An identity token was taken (null), or refused for this reason. */
  readonly onIdentity: (refusal: Failure | null) => void;
  readonly debug: (line: string) => void;
}

/** A BCP 47 language tag, as the server takes it. */
const LOCALE = /^(?=.{1,35}$)[A-Za-z]{1,8}([-_][A-Za-z0-9]{1,8})*$/;
const TIME_ZONE = /^(?=.{1,64}$)[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** Sessions that are refused more often than this are renewed ever more slowly. */
const CALM_ms = 60_000;

/**
 * Who the visitor is: `config` and `init`, repeated until they succeed (RT-4), and again where the
 * server does not know the token any more. Several tabs end with the same token: the one that was
 * stored first.
 */
export class VisitorSession {
  readonly phase: WritableStore<VisitorPhase> = createStore<VisitorPhase>({ phase: 'idle' });
  readonly #options: VisitorSessionOptions;
  #token: string | null = null;
  #config: ConfigAnswer | null = null;
  /** The establishing that is under way, and the one that has to follow it. */
  #current: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #pause: Pause | null = null;
  /** Raised by `stop`: what an older life still brings is not taken. */
  #life = 0;
  /** What the site's backend says of the visitor, until the server has heard it. */
  #identity: string | null = null;
  #refusals = 0;
  #refused_ms = 0;

  constructor(options: VisitorSessionOptions) {
    this.#options = options;
  }

  get token(): string | null {
    return this.#token;
  }

  /** Whether the visitor still agrees that the server hears of them. */
  get mayBegin(): boolean {
    return this.#options.consent?.() !== null;
  }

  start(): void {
    const { phase } = this.phase.get();
    if (phase !== 'idle' && phase !== 'refused') return;
    this.phase.set({ phase: 'starting' });
    void this.renew();
  }

  /** Says with the next `init` who the visitor is; now, where there was one already. */
  identify(identityToken: string): void {
    this.#identity = identityToken;
    if (this.phase.get().phase !== 'idle') void this.renew();
  }

  /** Ends the session. Who it was is known to the tokens alone. */
  stop(): void {
    this.#life += 1;
    this.#identity = null;
    this.#token = null;
    this.#current = null;
    this.#next = null;
    this.#pause?.wake();
    this.phase.set({ phase: 'idle' });
  }

  /** Tries at once what waits for its next attempt. */
  kick(): void {
    this.#pause?.wake();
  }

  /** An `init` that begins after this call. Resolves when it is done, or given up by `stop`. */
  async renew(): Promise<void> {
    if (this.#current === null) {
      this.#current = this.#establish(this.#life);
      await this.#current;
      return;
    }
    this.#next ??= this.#follow(this.#current, this.#life);
    await this.#next;
  }

  async #follow(current: Promise<void>, life: number): Promise<void> {
    await current;
    if (life !== this.#life) return;
    this.#next = null;
    await this.renew();
  }

  /** The server refused this session, or one of its channels. */
  async renewRefused(): Promise<void> {
    const { environment, debug } = this.#options;
    if (this.#current !== null || this.phase.get().phase !== 'ready') return;
    const now_ms = environment.now_ms();
    this.#refusals = now_ms - this.#refused_ms < CALM_ms ? this.#refusals + 1 : 0;
    this.#refused_ms = now_ms;
    debug('session refused');
    const slowly = this.#refusals > 0;
    this.#current = this.#establish(this.#life, slowly ? this.#refusals : 0);
    await this.#current;
  }

  /** What the visitor said of themselves. Rejects with ApiError. */
  async introduce(visitor: Introduction): Promise<void> {
    const life = this.#life;
    const first = await this.#init(life, { ...this.#request(), ...visitor });
    // Another tab's visitor counts: it is that one who said so.
    const answer = first ?? (await this.#init(life, { ...this.#request(), ...visitor }));
    const config = this.#config;
    if (config !== null && answer !== null) this.#enter(config, answer);
  }

  async #establish(life: number, failures = 0): Promise<void> {
    let attempts = failures;
    if (attempts > 0) await this.#rest(attempts, null);
    while (life === this.#life) {
      if (!this.mayBegin) return this.stop();
      const failed = await this.#attempt(life);
      if (failed === null || life !== this.#life) break;
      attempts += 1;
      await this.#rest(attempts, failed.retryAfter_s);
    }
    if (life === this.#life) this.#current = null;
  }

  /** Null: succeeded, or refused for good. */
  async #attempt(life: number): Promise<ApiError | null> {
    const { api, debug } = this.#options;
    const request = this.#request(this.#identity);
    try {
      const known = this.#config === null ? api.config() : Promise.resolve(this.#config);
      const [config, answer] = await Promise.all([known, this.#init(life, request)]);
      if (life !== this.#life) return null;
      this.#config = config;
      if (answer === null) void this.renew();
      else this.#enter(config, answer);
      return null;
    } catch (thrown) {
      const error = asApiError(thrown);
      if (life !== this.#life) return null;
      debug(`session: ${error.code}`);
      if (error.code === 'invalid_identity_token') {
        // Without it they are who they were before: a visitor like any other.
        this.#settleIdentity(request, { code: error.code, message: error.message });
        void this.renew();
        return null;
      }
      if (isPassing(error.status)) return error;
      this.phase.set({ phase: 'refused', error: { code: error.code, message: error.message } });
      return null;
    }
  }

  #settleIdentity({ identity_token }: InitRequest, refusal: Failure | null): void {
    if (identity_token === undefined) return;
    // Another one may have been given meanwhile.
    if (identity_token === this.#identity) this.#identity = null;
    this.#options.onIdentity(refusal);
  }

  #request(identity: string | null = null): InitRequest {
    const { tokens, locale, consent } = this.#options;
    const stored = tokens.get() ?? this.#token;
    const agreed = consent?.() ?? null;
    const page = clip(this.#options.page());
    return {
      ...(stored === null ? {} : { visitor_token: stored }),
      ...(identity === null ? {} : { identity_token: identity }),
      ...(locale !== undefined && LOCALE.test(locale) ? { locale } : {}),
      ...(agreed === null ? {} : { consent: agreed }),
      ...(page === undefined ? {} : { page }),
      ...timeZone(),
    };
  }

  /**
   * Null: given up, or another tab was faster: the visitor that it began is the one that counts, and
   * the one that it forgot is none.
   */
  async #init(life: number, request: InitRequest): Promise<InitAnswer | null> {
    const { api, tokens, prepare } = this.#options;
    const kept = tokens.get();
    const answer = await api.init(request);
    if (answer.conversation !== null) await prepare();
    if (life !== this.#life) return null;
    const stored = tokens.get();
    // Another tab forgot the visitor meanwhile: nobody returns as that one.
    if (kept !== null && stored === null) return null;
    const foreign = stored !== null && stored !== answer.visitor_token;
    if (foreign && stored !== request.visitor_token) return null;
    this.#token = answer.visitor_token;
    tokens.set(answer.visitor_token);
    this.#settleIdentity(request, null);
    return answer;
  }

  #enter(config: ConfigAnswer, answer: InitAnswer): void {
    const { visitor, team } = answer;
    this.phase.set({ phase: 'ready', config, visitor, team });
    this.#options.onInit(answer);
  }

  async #rest(failures: number, retryAfter_s: number | null): Promise<void> {
    const { environment } = this.#options;
    const delay_ms = reconnectDelay_ms(failures, environment.random(), retryAfter_s);
    const rest = pause(environment, delay_ms);
    if (retryAfter_s === null) this.#pause = rest;
    await rest.done;
    this.#pause = null;
  }
}

/** So that agents know what time it is for the visitor; not every browser tells. */
function timeZone(): { time_zone?: string } {
  const { timeZone: time_zone } = new Intl.DateTimeFormat().resolvedOptions();
  return typeof time_zone === 'string' && TIME_ZONE.test(time_zone) ? { time_zone } : {};
}

/** The host page may be anything; what it says of itself must not refuse the visitor. */
function clip(page: Page | undefined): Page | undefined {
  if (page === undefined) return undefined;
  const { url, title, referrer } = page;
  return {
    url: clean(url, PAGE_LIMITS.pageUrl_chars),
    ...(title === undefined ? {} : { title: clean(title, PAGE_LIMITS.pageTitle_chars) }),
    ...(referrer === undefined ? {} : { referrer: clean(referrer, PAGE_LIMITS.pageUrl_chars) }),
  };
}

function clean(text: string, max_chars: number): string {
  return text.slice(0, max_chars).replaceAll('\u0000', '').toWellFormed();
}
