import type { AdminSite, SitePatch, SiteSettings } from '@parley/protocol';

/** A site as it is being changed: the same fields, not saved yet. */
export type SiteDraft = Pick<AdminSite, 'name' | 'allowed_origins' | 'settings'>;

export function draftOf({ name, allowed_origins, settings }: AdminSite): SiteDraft {
  return { name, allowed_origins, settings };
}

/** What of the draft differs from the site: all that is sent, so that others' changes stay. */
export function patchOf(site: AdminSite, draft: SiteDraft): SitePatch {
  const { appearance, ...rest } = draft.settings;
  const look = changed(site.settings.appearance, appearance);
  const settings: NonNullable<SitePatch['settings']> = {
    ...changed<Omit<SiteSettings, 'appearance'>>(site.settings, rest),
    ...(Object.keys(look).length > 0 && { appearance: look }),
  };
  return {
    ...(draft.name !== site.name && { name: draft.name }),
    ...(!same(draft.allowed_origins, site.allowed_origins) && {
      allowed_origins: draft.allowed_origins,
    }),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}

export function isChanged(site: AdminSite, draft: SiteDraft): boolean {
  return Object.keys(patchOf(site, draft)).length > 0;
}

function changed<T extends object>(from: T, to: T): Partial<T> {
  const entries = Object.entries(to).filter(([name, value]) => !same(value, from[name as keyof T]));
  return Object.fromEntries(entries) as Partial<T>;
}

/** Both come from JSON, and their fields keep their order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * What somebody typed or pasted as an origin: `shop.example` and `https://shop.example/cart` both
 * mean `https://shop.example`. Null where it is none.
 */
export function originOf(text: string): string | null {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') return null;
  const address = /^https?:\/\//.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(address)) return null;
  const { origin, hostname, username } = new URL(address);
  const isHost = /^(?:[a-z\d-]+(?:\.[a-z\d-]+)*|\[[\da-f:.]+\])$/.test(hostname);
  return isHost && username === '' && origin !== 'null' ? origin : null;
}
