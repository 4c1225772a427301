export const SITE_TABS = [
  'install',
  'appearance',
  'chat',
  'proactive',
  'words',
  'hours',
  'security',
] as const;
export type SiteTab = (typeof SITE_TABS)[number];

/** The part of a site's settings that is open; none where the address names no part. */
export function parseSiteSearch(search: Record<string, unknown>): { tab?: SiteTab } {
  const tab = SITE_TABS.find((known) => known === search['tab']);
  return tab === undefined ? {} : { tab };
}
