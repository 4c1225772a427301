import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { backend } from './sdk-clients.ts';

/** One call of a webhook. */
export interface Received {
  headers: IncomingHttpHeaders;
  /** As they were spelt. */
  headerNames: readonly string[];
  body: string;
  events: readonly Record<string, unknown>[];
}

export interface WebhookReceiver {
  url: string;
  /** All calls, those too that were not answered with 200. */
  calls: readonly Received[];
  /** Events of all calls that were answered with 200. */
  events(): Record<string, unknown>[];
  /** Resolves when that many calls have come. */
  called(count: number): Promise<void>;
  /** Resolves when that many events were taken. */
  took(count: number): Promise<void>;
}

/** @returns the status, or nothing where the answer is made, or left out, by hand */
type Answer = (call: Received, count: number, response: ServerResponse) => number | undefined;

/**
 * A backend that is told by webhooks, on a free port. It believes only what the official SDK
 * finds valid, and answers anything else with 401.
 */
export async function startReceiver(answer: Answer = () => 200): Promise<WebhookReceiver> {
  const calls: Received[] = [];
  const taken: Record<string, unknown>[] = [];
  const waiters = new Set<() => void>();
  const sdk = backend({ port: 0 });
  const http = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { headers } = request;
      const webhook = sdk.webhook({ headers, rawBody: body });
      const isValid = request.method === 'POST' && webhook.isValid();
      const events = isValid ? (webhook.getEvents() as unknown as Record<string, unknown>[]) : [];
      const headerNames = request.rawHeaders.filter((_text, i) => i % 2 === 0);
      const call = { headers, headerNames, body, events };
      calls.push(call);
      const status = isValid ? answer(call, calls.length, response) : 401;
      if (status !== undefined) response.writeHead(status).end('thank you');
      if (status === 200) taken.push(...events);
      for (const waiter of waiters) waiter();
    });
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    http.closeAllConnections();
    await new Promise((resolve) => {
      http.close(resolve);
    });
  });
  const until = async (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const waiter = (): void => {
        if (!isSo()) return;
        waiters.delete(waiter);
        resolve();
      };
      waiters.add(waiter);
      waiter();
    });
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/hooks/pusher?token=of-the-receiver`,
    calls,
    events: () => [...taken],
    called: async (count) => until(() => calls.length >= count),
    took: async (count) => until(() => taken.length >= count),
  };
}
