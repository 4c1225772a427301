import type { Agent, MeAnswer, MemberSite, UploadLimits } from '@parley/protocol';
import type { AgentApi } from './agent-api.ts';
import { pause, type Environment, type Pause } from './environment.ts';
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
  /** Signed in, or what the agent may see has changed; the phase is `ready` already. */
  readonly onReady: (me: MeAnswer) => void;
  readonly onSignedOut: () => void;
  readonly debug: (line: string) => void;
}

/** At most one unasked look at one's own memberships in this time. */
const REFRESH_ms = 5_000;

/** Who the agent is, as the session cookie says; asked until the server answers (RT-4). */
export class AgentSession {
  readonly phase: WritableStore<AgentPhase> = createStore<AgentPhase>({ phase: 'starting' });
  readonly #options: AgentSessionOptions;
  #csrfToken: string | null = null;
  #running = false;
  #pause: Pause | null = null;
  #refreshed_ms = 0;
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
    this.signedOut();
  }

  /** The server says that nobody is signed in. */
  signedOut(): void {
    if (this.#over || this.phase.get().phase === 'signed-out') return;
    this.#csrfToken = null;
    this.#options.debug('signed out');
    this.phase.set({ phase: 'signed-out' });
    this.#options.onSignedOut();
  }

  /** Asks once. Rejects with ApiError. */
  async refresh(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const me = await this.#options.api().me();
    // What was asked later is newer, whichever answer comes first.
    if (this.#over || asked < this.#answered) return;
    this.#answered = asked;
    this.#csrfToken = me.csrf_token;
    const { agent, sites, uploads } = me;
    this.phase.set({ phase: 'ready', agent, sites, uploads });
    this.#options.onReady(me);
  }

  /** A channel was refused: a membership may have ended. */
  refusedChannel(): void {
    const now_ms = this.#options.environment.now_ms();
    if (now_ms - this.#refreshed_ms < REFRESH_ms) return;
    this.#refreshed_ms = now_ms;
    this.start();
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
          this.signedOut();
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
