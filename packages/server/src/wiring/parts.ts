import type { AppKeys } from '../app-keys.ts';
import type { BroadcastHub } from '../broadcast/broadcast.ts';
import type { Context } from '../context.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { ReplyTo } from '../mail/reply-address.ts';
import type { Notifications } from '../notification/notifications.ts';
import type { Webhooks } from '../webhook/webhooks.ts';
import type { WireOptions } from './options.ts';
import type { Ways } from './ways.ts';

/** What is there before the services that stand on it. */
export interface Parts {
  readonly options: WireOptions;
  readonly context: Context & { readonly broadcast: BroadcastHub };
  readonly keys: AppKeys;
  /** Null: no mail is sent. */
  readonly mailer: Mailer | null;
  readonly replyTo: ReplyTo;
  readonly notifications: Notifications;
  readonly webhooks: Webhooks;
  readonly ways: Ways;
  /** There are jobs. */
  readonly wakeWorker: () => void;
}
