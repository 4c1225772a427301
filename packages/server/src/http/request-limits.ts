import { AppError } from '../app-error.ts';
import type { Limits } from '../config/config.ts';
import type { Clock } from '../context.ts';
import { clientKey } from './client-address.ts';
import { FailureWindow, TokenBuckets } from './rate.ts';

/** An attempt to sign in; it counts as failed unless it is said to have succeeded. */
export interface SignInAttempt {
  succeed(): void;
}

/** Several people may share an address. */
const ADDRESS_SHARE = 4;
const UPLOADS_AT_ONCE = 4;

/** How often one may do what (SPEC §9). Each refusal is `rate_limited`, with when to ask again. */
export class RequestLimits {
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #messages: TokenBuckets;
  readonly #inits: TokenBuckets;
  readonly #signIns: FailureWindow;
  readonly #mails = new TokenBuckets({ burst: 20, perMinute: 20 / 60 });
  /** Of one account, from wherever it is asked for. */
  readonly #resets = new TokenBuckets({ burst: 3, perMinute: 3 / 60 });
  readonly #uploads: TokenBuckets;
  readonly #uploadsOfAddress: TokenBuckets;
  /** Uploads that are under way, by visitor. */
  readonly #uploading = new Map<number, number>();

  constructor(limits: Limits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#messages = new TokenBuckets({
      burst: limits.messagesBurst,
      perMinute: limits.messagesPerMinute,
    });
    this.#inits = new TokenBuckets({
      burst: limits.initsPerMinute,
      perMinute: limits.initsPerMinute,
    });
    const perHour = (bytes: number) => ({ burst: bytes, perMinute: bytes / 60 });
    this.#uploads = new TokenBuckets(perHour(limits.uploadsPerHour_bytes));
    this.#uploadsOfAddress = new TokenBuckets(perHour(ADDRESS_SHARE * limits.uploadsPerHour_bytes));
    this.#signIns = new FailureWindow(limits.signInFailures, limits.signInWindow_s * 1_000);
  }

  /** @throws AppError `rate_limited` */
  takeMessage(visitorId: number): void {
    this.#take(this.#messages, String(visitorId), 'You are sending messages too fast.');
  }

  /** @throws AppError `rate_limited` */
  takeInit(address: string): void {
    this.#take(this.#inits, clientKey(address), 'Too many visitors begin from this address.');
  }

  /**
   * Before anything of an upload is read; `end` is to be called in any case.
   * @param length_bytes as announced
   * @throws AppError `rate_limited`
   */
  beginUpload(visitorId: number, address: string, length_bytes: number): { end(): void } {
    if (!this.#limits.rates) return { end: () => undefined };
    const message = 'You are sending too many files.';
    const running = this.#uploading.get(visitorId) ?? 0;
    if (running >= UPLOADS_AT_ONCE) throw tooMany(message, 5);
    this.#take(this.#uploads, String(visitorId), message, length_bytes);
    this.#take(this.#uploadsOfAddress, clientKey(address), message, length_bytes);
    this.#uploading.set(visitorId, running + 1);
    return {
      end: () => {
        const left = (this.#uploading.get(visitorId) ?? 1) - 1;
        if (left === 0) this.#uploading.delete(visitorId);
        else this.#uploading.set(visitorId, left);
      },
    };
  }

  /**
   * Before a picture is drawn anew, by a visitor: each pixel counts as a byte of what it may upload, for a
   * few bytes may be a picture that takes seconds.
   * @throws AppError `rate_limited`
   */
  takePixels(visitorId: number, address: string, pixels: number): void {
    const message = 'Your pictures are too much work at once.';
    this.#take(this.#uploads, String(visitorId), message, pixels);
    this.#take(this.#uploadsOfAddress, clientKey(address), message, pixels);
  }

  /**
   * Before one is asked for; who may get how many is counted apart, by address.
   * @throws AppError `rate_limited`
   */
  takeMail(address: string): void {
    this.#take(this.#mails, clientKey(address), 'Too many mails are asked for from this address.');
  }

  /**
   * Before it is known whether there is such an account.
   * @throws AppError `rate_limited`
   */
  takePasswordReset(address: string, email: string): void {
    this.takeMail(address);
    const message = 'Too many links are asked for with this email address.';
    this.#take(this.#resets, email.trim().toLowerCase(), message);
  }

  /**
   * Before the password is looked at.
   * @throws AppError `rate_limited`
   */
  beginSignIn(address: string, email: string): SignInAttempt {
    if (!this.#limits.rates) return { succeed: () => undefined };
    const now_ms = this.#clock.now_ms();
    const keys = [`address ${clientKey(address)}`, `account ${email.toLowerCase()}`];
    const wait_s = Math.max(...keys.map((key) => this.#signIns.retryAfter_s(key, now_ms)));
    if (wait_s > 0) throw tooMany('Too many failed sign-ins.', wait_s);
    for (const key of keys) this.#signIns.begin(key, now_ms);
    return {
      succeed: () => {
        for (const key of keys) this.#signIns.succeed(key, now_ms);
      },
    };
  }

  #take(buckets: TokenBuckets, key: string, message: string, amount = 1): void {
    if (!this.#limits.rates) return;
    const wait_s = buckets.take(key, this.#clock.now_ms(), amount);
    if (wait_s > 0) throw tooMany(message, wait_s);
  }
}

function tooMany(message: string, retryAfter_s: number): AppError {
  return new AppError('rate_limited', `${message} Try again in ${retryAfter_s} s.`, {
    retryAfter_s,
    details: { retry_after_s: retryAfter_s },
  });
}
