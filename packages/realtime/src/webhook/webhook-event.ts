import type { AppEvent } from '../channel/app-event.ts';

export type WebhookEventName = AppEvent['type'];

/**
 * The event as it stands in the body of a webhook. `data` of a client event is always a string,
 * as Pusher sends it and its Go SDK requires it: the JSON text of what was no string.
 */
export function webhookEventJson(event: AppEvent): string {
  const { type: name, channel } = event;
  switch (event.type) {
    case 'channel_occupied':
    case 'channel_vacated':
    case 'cache_miss':
      return JSON.stringify({ name, channel });
    case 'member_added':
    case 'member_removed':
      return JSON.stringify({ name, channel, user_id: event.userId });
    case 'client_event': {
      const { event: eventName, dataJson, socketId: socket_id, userId: user_id } = event;
      const data = dataJson.startsWith('"') ? (JSON.parse(dataJson) as string) : dataJson;
      return JSON.stringify({ name, channel, event: eventName, data, socket_id, user_id });
    }
    case 'subscription_count':
      return JSON.stringify({ name, channel, subscription_count: event.count });
  }
}
