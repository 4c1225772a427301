import { enNotifications } from './en-notifications.ts';
import { enReports } from './en-reports.ts';
import { enSettings } from './en-settings.ts';
import { enWebhooks } from './en-webhooks.ts';
import { enWidget } from './en-widget.ts';
import type { Plural } from './plural.ts';

/** The words of settings, reports and the other pages that are loaded when somebody goes there. */
export const enLate = {
  ...enNotifications,
  ...enReports,
  ...enSettings,
  ...enWebhooks,
  ...enWidget,
} as const satisfies Record<string, string | Plural>;
