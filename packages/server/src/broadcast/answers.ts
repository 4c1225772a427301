import { subscribe } from 'node:diagnostics_channel';
import type { Agent, IncomingMessage } from 'node:http';

/** What the Pusher SDK does not tell, and does not bound, of the answers to its calls. */
export interface Answers {
  /** Milliseconds from now that the newest refusal asked to wait; null where it did not. */
  retryAfter_ms(): number | null;
}

interface Exchange {
  readonly request: { readonly agent?: unknown };
  readonly response: IncomingMessage;
}

/**
 * Watches the answers that come over an agent: notes `Retry-After`, which is in no error of the SDK,
 * and cuts a body that does not end, for which the SDK's own timeout is over already.
 */
export function watchAnswers(agent: Agent, timeout_ms: number): Answers {
  let until_ms: number | null = null;
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as Exchange;
    if (request.agent !== agent) return;
    const { statusCode = 0 } = response;
    if (statusCode === 429 || statusCode === 503) {
      const wait_ms = parseRetryAfter_ms(response.headers['retry-after'], Date.now());
      until_ms = wait_ms === null ? null : performance.now() + wait_ms;
    }
    const timer = setTimeout(() => response.destroy(), timeout_ms);
    response.once('close', () => {
      clearTimeout(timer);
    });
  });
  return {
    retryAfter_ms: () => (until_ms === null ? null : Math.max(0, until_ms - performance.now())),
  };
}

/** Seconds, or a date (RFC 9110, 10.2.3); null for what is neither. */
export function parseRetryAfter_ms(header: string | undefined, now_ms: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  // Date.parse alone takes far more for a date.
  if (!/^[A-Z][a-z]{2,8}, /.test(header)) return null;
  const date_ms = Date.parse(header);
  return Number.isNaN(date_ms) ? null : Math.max(0, date_ms - now_ms);
}
