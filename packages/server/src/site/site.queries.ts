import type { Context } from '../context.ts';
import type { Site } from './site.ts';

export interface SiteQueries {
  findSiteByToken(token: string): Promise<Site | null>;
  findSite(id: number): Promise<Site | null>;
  /** The oldest: the one that the test page embeds. */
  firstSite(): Promise<Site | null>;
}

export declare function createSiteQueries(context: Pick<Context, 'database'>): SiteQueries;
