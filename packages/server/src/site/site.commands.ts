import type { Context } from '../context.ts';
import type { Site } from './site.ts';

export interface SiteCommands {
  /**
   * The first site, made where there is none. A given token (`PARLEY_SITE_TOKEN`) becomes that of
   * the first site, unless another site has it.
   */
  ensureFirstSite(given: {
    token: string | undefined;
    name: string;
  }): Promise<{ site: Site; created: boolean }>;
  createSite(site: { name: string; token?: string }): Promise<Site>;
  /** The stored value, or `make()`, stored: for secrets that are generated on the first start. */
  ensureSetting(key: string, make: () => string): Promise<string>;
}

export declare function createSiteCommands(
  context: Pick<Context, 'database' | 'clock' | 'random'>,
): SiteCommands;
