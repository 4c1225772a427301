import type { Appearance, Prechat } from '@parley/protocol';

/** An installation of the widget: the tenant boundary. */
export interface Site {
  readonly id: number;
  /** Public: it stands in the embedding page. */
  readonly token: string;
  readonly name: string;
  readonly locale: string;
  /** None: any. */
  readonly allowedOrigins: readonly string[];
  readonly appearance: Appearance;
  readonly prechat: Prechat;
  readonly typingPreview: boolean;
  /** How long a visitor's next message reopens a resolved conversation (SYNC-13). */
  readonly reopenWindow_ms: number;
  /** Shared with the site's own backend. Never leaves the server but for the site's admins. */
  readonly identitySecret: string;
}

export const DEFAULT_APPEARANCE: Appearance = {
  color: '#2563eb',
  theme: 'auto',
  position: 'right',
  title: 'Chat with us',
  greeting: 'Hi! How can we help?',
};

export const DEFAULT_REOPEN_WINDOW_MS = 72 * 60 * 60 * 1000;
