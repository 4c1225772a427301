import type { App } from '../channel/app.ts';
import type { AppEvent } from '../channel/app-event.ts';
import type { RealtimeApp, RealtimeLogger } from '../options.ts';
import { isUserChannelName } from '../wire/channel-name.ts';
import { Departures } from './departures.ts';
import { EndpointQueue } from './endpoint-queue.ts';
import { webhookEventJson, type WebhookEventName } from './webhook-event.ts';
import {
  DEFAULT_WEBHOOK_SETTINGS,
  type WebhookCounts,
  type WebhookEndpoint,
  type WebhookSettings,
} from './webhook-options.ts';

export interface AppWebhooksOptions {
  config: RealtimeApp;
  settings: Partial<WebhookSettings>;
  /** The app itself, once something happens in it. */
  app: () => App | undefined;
  logger: RealtimeLogger;
}

interface Endpoint {
  wants: (event: AppEvent) => boolean;
  queue: EndpointQueue;
}

/** PP-9: tells the backend of one app what happens in it. */
export class AppWebhooks {
  readonly counts: WebhookCounts = { delivered: 0, failed: 0, dropped: 0, retries: 0 };
  readonly #departures: Departures;
  readonly #endpoints: readonly Endpoint[];

  /** @throws TypeError on an address or header that cannot be used */
  constructor({ config, app, logger, ...options }: AppWebhooksOptions) {
    const { key, secret, webhooks = [] } = config;
    const settings = { ...DEFAULT_WEBHOOK_SETTINGS, ...options.settings };
    this.#endpoints = webhooks.map((endpoint) => ({
      wants: filterOf(endpoint),
      queue: new EndpointQueue({
        recipient: { url: addressOf(endpoint), key, secret, headers: headersOf(endpoint) },
        batch: endpoint.batch ?? false,
        settings,
        counts: this.counts,
        logger,
      }),
    }));
    this.#departures = new Departures({
      delay_ms: settings.departureDelay_ms,
      pass: (event) => this.#pass(event),
      isBack: (event) => isBack(app(), event),
    });
  }

  /** Returns at once, and never throws. */
  take(event: AppEvent): void {
    this.#departures.take(event);
  }

  /** Says what waits, and gives it a while to arrive. */
  async close(): Promise<void> {
    this.#departures.flush();
    await Promise.all(this.#endpoints.map(async ({ queue }) => queue.close()));
  }

  #pass(event: AppEvent): void {
    // How the protocol reaches a user, and no channel of the app's.
    if (isUserChannelName(event.channel)) return;
    const endpoints = this.#endpoints.filter(({ wants }) => wants(event));
    if (endpoints.length === 0) return;
    const json = webhookEventJson(event);
    for (const { queue } of endpoints) queue.add(event.channel, json);
  }
}

/** Whether who left, or what was vacated, is there now, on whichever node. */
function isBack(app: App | undefined, event: AppEvent): boolean {
  const channel = app?.channels.get(event.channel);
  if (event.type === 'member_removed') return channel?.roster?.has(event.userId) ?? false;
  return channel !== undefined;
}

function filterOf({ events, channelPrefix = '' }: WebhookEndpoint): (event: AppEvent) => boolean {
  const names: ReadonlySet<WebhookEventName> | null = events ? new Set(events) : null;
  return ({ type, channel }) => channel.startsWith(channelPrefix) && (names?.has(type) ?? true);
}

function addressOf(endpoint: WebhookEndpoint): URL {
  const url = URL.parse(endpoint.url);
  // Not in the words of the error: an address may hold a secret.
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new TypeError('The url of a webhook must be http(s)://, without user and password');
  }
  return url;
}

function headersOf({ headers = {} }: WebhookEndpoint): Readonly<Record<string, string>> {
  return Object.fromEntries(new Headers(headers));
}
