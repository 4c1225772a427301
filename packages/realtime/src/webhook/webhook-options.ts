import type { WebhookEventName } from './webhook-event.ts';

/** An address of an app's backend that is told what happens in the app. */
export interface WebhookEndpoint {
  /** `http:` or `https:`, without user or password. */
  url: string;
  /** Default: all. */
  events?: readonly WebhookEventName[] | undefined;
  /** Only what happens on channels whose names begin so. Default: on all. */
  channelPrefix?: string | undefined;
  /** Sent along with each call, for whatever stands in front of the backend. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Several events in a call, as a backend must be ready for. Default: one event in each. */
  batch?: boolean | undefined;
}

/** How webhooks are sent, for all apps. Times in milliseconds. */
export interface WebhookSettings {
  /**
   * How long a channel must be empty, or a member gone, before it is told. Who is back by then,
   * as after a reload, never left.
   */
  departureDelay_ms: number;
  /** How long a batch waits for more events. */
  batchWindow_ms: number;
  eventsPerBatchMax: number;
  /** A call that has no answer by then has failed. */
  requestTimeout_ms: number;
  /** Calls to one endpoint at the same time, each of another channel. */
  requestsMax: number;
  /** A call that failed is repeated for so long, and then given up. Pusher: 5 minutes. */
  retryFor_ms: number;
  /** First pause before it is repeated; doubled each time. */
  retryFirst_ms: number;
  retryPauseMax_ms: number;
  /** What waits for one endpoint; what comes when it is full is dropped. */
  waitingEventsMax: number;
  waitingBytesMax: number;
  /** How long the server waits, when it stops, for what is on its way. */
  closeTimeout_ms: number;
}

export const DEFAULT_WEBHOOK_SETTINGS: WebhookSettings = {
  departureDelay_ms: 3_000,
  batchWindow_ms: 500,
  eventsPerBatchMax: 100,
  requestTimeout_ms: 10_000,
  requestsMax: 16,
  retryFor_ms: 5 * 60_000,
  retryFirst_ms: 1_000,
  retryPauseMax_ms: 60_000,
  waitingEventsMax: 10_000,
  waitingBytesMax: 16 * 1024 * 1024,
  closeTimeout_ms: 3_000,
};

/** Events, counted once for each endpoint that they are for. */
export interface WebhookCounts {
  delivered: number;
  /** Given up after all that was tried. */
  failed: number;
  /** Not even tried: too many were waiting, or the server stopped. */
  dropped: number;
  /** Calls that failed and were, or will be, repeated. */
  retries: number;
}
