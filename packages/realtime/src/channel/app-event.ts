/**
 * What happened in an app that its owner may want to hear of, by webhook or as a figure. Said once
 * in the whole cluster, by the node on which it happened.
 */
export type AppEvent =
  | { type: 'channel_occupied'; channel: string }
  | { type: 'channel_vacated'; channel: string }
  | { type: 'member_added'; channel: string; userId: string }
  | { type: 'member_removed'; channel: string; userId: string }
  | {
      type: 'client_event';
      channel: string;
      event: string;
      /** JSON text, as the client sent it. */
      dataJson: string;
      socketId: string;
      /** On a presence channel: who sent it. */
      userId: string | undefined;
    }
  | { type: 'cache_miss'; channel: string }
  | { type: 'subscription_count'; channel: string; count: number };
