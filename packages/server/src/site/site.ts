import type { SiteSettings } from '@parley/protocol';

/** An installation of the widget: the tenant boundary. */
export interface Site {
  readonly id: number;
  /** Public: it stands in the embedding page. */
  readonly token: string;
  readonly name: string;
  /** None: any. */
  readonly allowedOrigins: readonly string[];
  readonly settings: SiteSettings;
  /** Shared with the site's own backend. Never leaves the server but for the site's admins. */
  readonly identitySecret: string;
  /** Of what visitors are asked to agree to; it means nothing while they are not. */
  readonly consentVersion: number;
}
