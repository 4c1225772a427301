import type { LookupOptions } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type AllowedNetworks, isRefused } from './address.ts';
import type { Outcome } from './webhook.ts';

interface Address {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly Address[]>;

export interface PostOptions {
  readonly allowed: AllowedNetworks;
  /** Default: as the system does it. */
  readonly resolve?: Resolve;
  /** For all of it. Default: 10 s. */
  readonly timeout_ms?: number;
}

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES = 1_024;
// Ours alone, and without any proxy: a proxy would resolve the name again, and anew.
const AGENTS = { http: new HttpAgent(), https: new HttpsAgent() };
/**
 * The system resolves names in threads that files and passwords need too: a name server that does not
 * answer gets no more than two of them.
 */
const LOOKUPS_MAX = 2;
let lookups = 0;
const waiting: (() => void)[] = [];

const RESOLVE: Resolve = async (hostname) => {
  if (lookups >= LOOKUPS_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
  else lookups += 1;
  try {
    return await lookup(hostname, { all: true });
  } finally {
    const next = waiting.shift();
    if (next === undefined) lookups -= 1;
    else next();
  }
};

/** Why nothing was sent, in words for who looks at the log. */
class Refusal extends Error {}

/**
 * Sends a JSON text, once. The name is resolved once, each of its addresses is held against the list,
 * and the connection goes to one that was: an answer of DNS that changes in between changes nothing.
 * Redirects are not followed. Never rejects.
 */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: PostOptions,
): Promise<Outcome> {
  const { timeout_ms = TIMEOUT_MS } = options;
  const begun_ms = performance.now();
  const signal = AbortSignal.timeout(timeout_ms);
  const took = (): number => Math.round(performance.now() - begun_ms);
  try {
    const target = new URL(url);
    const address = await within(signal, pinned(target, options));
    const response = await send(target, address, headers, body, signal);
    const answer = await beginningOf(response);
    return {
      state: 'answered',
      status: response.statusCode ?? 0,
      answer,
      took_ms: took(),
      retryAfter_ms: retryAfter_ms(response),
    };
  } catch (error) {
    const words = signal.aborted ? `No answer within ${timeout_ms / 1_000} s` : wordsOf(error);
    return { state: 'failed', error: words, took_ms: took() };
  }
}

async function pinned(target: URL, options: PostOptions): Promise<Address> {
  const { allowed, resolve = RESOLVE } = options;
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  const [first] = addresses;
  if (first === undefined) throw new Refusal(`${host} has no address`);
  // One that is refused among others is reason enough: which one is taken is not for DNS to say.
  if (addresses.some(({ address }) => isRefused(address, allowed))) {
    throw new Refusal(
      `${host} is an address of a private network, which WEBHOOK_ALLOW_PRIVATE does not allow`,
    );
  }
  return first;
}

function send(
  target: URL,
  { address, family }: Address,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isTls = target.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      agent: isTls ? AGENTS.https : AGENTS.http,
      signal,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Parley-Webhook',
      },
      // Asked again for each connection, and answered with what was looked at.
      lookup: (
        _host: string,
        { all }: LookupOptions,
        done: (error: null, address: string | Address[], family?: number) => void,
      ) => {
        if (all === true) done(null, [{ address, family }]);
        else done(null, address, family);
      },
    };
    const request = (isTls ? httpsRequest : httpRequest)(target, options, resolve);
    request.on('error', reject);
    request.end(body);
  });
}

/** So much as is kept; the rest is not read. What was said stands, even if the end never comes. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= ANSWER_BYTES) break;
    }
  } catch (error) {
    if (response.statusCode === undefined) throw error;
  }
  response.destroy();
  const text = Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString('utf8');
  return text.replaceAll('\u0000', '').toWellFormed();
}

function retryAfter_ms({ headers, statusCode }: IncomingMessage): number | null {
  if (statusCode !== 429 && statusCode !== 503) return null;
  const seconds = /^\d{1,9}$/.exec(headers['retry-after'] ?? '')?.[0];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}

function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('Too late'));
    });
    promise.then(resolve, reject);
  });
}

const WORDS_CHARS = 300;

function wordsOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const said = typeof message === 'string' && message !== '' ? message : 'It failed';
  const words = typeof code === 'string' && !said.includes(code) ? `${code}: ${said}` : said;
  return words.replaceAll('\u0000', '').slice(0, WORDS_CHARS).toWellFormed();
}
