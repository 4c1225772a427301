import type { Agent, MeAnswer, MemberSite, UploadLimits } from '@parley/protocol';
import type { AgentApi } from './agent-api.ts';
import { pause, type Environment, type Pause, type Timer } from './environment.ts';
import { asApiError } from './http.ts';
import { isPassing, reconnectDelay_ms } from './reconnect-policy.ts';
import { createStore, type WritableStore } from './store.ts';

export type AgentPhase =
  | { readonly phase: 'starting' }
  | { readonly phase: 'signed-out' }
  | {
      readonly phase: 'ready';
      readonly agent: Agent;
      readonly sites: readonly MemberSite[];
      /** Undefined: as the protocol says. */
      readonly uploads: UploadLimits | undefined;
    };

export interface AgentSessionOptions {
  readonly environment: Environment;
  readonly api: () => Pick<AgentApi, 'me' | 'login' | 'logout'>;
  /**
   * Signed in, or what the agent may see has changed; the phase is `ready` already. `wasDoubted`:
   * requests were refused meanwhile.
   */
  readonly onReady: (me: MeAnswer, wasDoubted: boolean) => void;
  readonly onSignedOut: () => void;
  readonly debug: (line: string) => void;
}

/** At most one unasked look at who one is, and at one's own memberships, in this time. */
const REFRESH_ms = 5_000;

/** Who the agent is, as the session cookie says; asked until the server answers (RT-4). */
export class AgentSession {
  readonly phase: WritableStore<AgentPhase> = createStore<AgentPhase>({ phase: 'starting' });
  readonly #options: AgentSessionOptions;
  #csrfToken: string | null = null;
  #running = false;
  #pause: Pause | null = null;
  #refreshed_ms = Number.NEGATIVE_INFINITY;
  #later: Timer | null = null;
  #doubted = false;
  #asked = 0;
  #answered = 0;
  #over = false;

  constructor(options: AgentSessionOptions) {
    this.#options = options;
  }

  get csrfToken(): string | null {
    return this.#csrfToken;
  }

  /** Asks who is signed in until there is an answer. */
  start(): void {
    if (this.#running || this.#over) return;
    this.#running = true;
    void this.#loop();
  }

  stop(): void {
    this.#over = true;
    this.#later?.cancel();
    this.#pause?.wake();
  }

  kick(): void {
    this.#pause?.wake();
  }

  /** Rejects with ApiError. */
  async signIn(credentials: { email: string; password: string; code?: string }): Promise<void> {
    await this.#options.api().login(credentials);
    await this.refresh();
  }

  /** Rejects with ApiError, and then the agent is still signed in. */
  async signOut(): Promise<void> {
    await this.#options.api().logout();
    // What was asked before may be answered after it, and is of no use any more.
    this.#asked += 1;
    this.#answered = this.#asked;
    this.#signedOut();
  }

  /**
   * A request was refused with 401: its session is over, but the agent may have signed in anew since,
   * in another tab, too. Only `me` says that nobody is signed in.
   */
  doubt(): void {
    if (this.phase.get().phase !== 'ready') return;
    this.#doubted = true;
    this.#look();
  }

  #signedOut(): void {
    if (this.#over || this.phase.get().phase === 'signed-out') return;
    this.#csrfToken = null;
    this.#doubted = false;
    this.#options.debug('signed out');
    this.phase.set({ phase: 'signed-out' });
    this.#options.onSignedOut();
  }

  /** Asks once. Rejects with ApiError. */
  async refresh(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const me = await this.#me(asked);
    // What was asked later is newer, whichever answer comes first.
    if (this.#over || asked < this.#answered) return;
    this.#answered = asked;
    this.#csrfToken = me.csrf_token;
    const { agent, sites, uploads } = me;
    this.phase.set({ phase: 'ready', agent, sites, uploads });
    const wasDoubted = this.#doubted;
    this.#doubted = false;
    this.#options.onReady(me, wasDoubted);
  }

  async #me(asked: number): Promise<MeAnswer> {
    try {
      return await this.#options.api().me();
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.status === 401 && asked >= this.#answered) this.#signedOut();
      throw error;
    }
  }

  /** A channel was refused: a membership may have ended. */
  refusedChannel(): void {
    this.#look();
  }

  /** Soon, but not each time: whatever is refused for another cause is refused again and again. */
  #look(): void {
    if (this.#later !== null || this.#over) return;
    const { environment } = this.#options;
    const wait_ms = Math.max(0, this.#refreshed_ms + REFRESH_ms - environment.now_ms());
    this.#later = environment.after(wait_ms, () => {
      this.#later = null;
      this.#refreshed_ms = environment.now_ms();
      this.start();
    });
  }

  async #loop(): Promise<void> {
    const { environment } = this.#options;
    for (let failures = 1; !this.#over; failures += 1) {
      try {
        await this.refresh();
        break;
      } catch (thrown) {
        const error = asApiError(thrown);
        this.#options.debug(`session: ${error.code}`);
        if (!isPassing(error.status)) {
          // Of 401 it was told already, unless a later answer says otherwise.
          if (error.status !== 401) this.#signedOut();
          break;
        }
        const delay_ms = reconnectDelay_ms(failures, environment.random(), error.retryAfter_s);
        this.#pause = pause(environment, delay_ms);
        await this.#pause.done;
        this.#pause = null;
      }
    }
    this.#running = false;
  }
}
