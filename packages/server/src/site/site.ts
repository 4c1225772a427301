import type { Appearance, Prechat } from '@parley/protocol';

/** An installation of the widget: the tenant boundary. */
export interface Site {
  readonly id: number;
  readonly token: string;
  readonly name: string;
  readonly locale: string;
  /** None: any. */
  readonly allowedOrigins: readonly string[];
  readonly appearance: Appearance;
  readonly prechat: Prechat;
  readonly typingPreview: boolean;
  readonly reopenWindow_ms: number;
  readonly identitySecret: string;
}
