import { isDeepStrictEqual } from 'node:util';
import type { Consent, PublicSite, SitePatch, SiteSettings } from '@parley/protocol';
import type { Site } from './site.ts';

export const DEFAULT_SETTINGS: SiteSettings = {
  locale: 'en',
  appearance: {
    color: '#2563eb',
    theme: 'auto',
    position: 'right',
    title: '',
    greeting: '',
  },
  prechat: 'off',
  prechat_when: 'before',
  // What is not sent yet is the visitor's own, until the site decides otherwise.
  typing_preview: false,
  voice: true,
  consent: null,
  // Nobody is watched who only reads, until the site decides otherwise.
  live_visitors: false,
  assign_in_turn: false,
  reopen_window_s: 72 * 60 * 60,
  retention_days: null,
  file_retention_days: null,
  first_message_proof: 'auto',
  hours: null,
  offline_message: '',
  proactive: [],
  reply_time: 'measured',
  team: true,
  rating: true,
  transcript: true,
  answer_mail_minutes: 10,
  wording: {},
};

/** Settings of which only some are said. */
export type Some = NonNullable<SitePatch['settings']>;

/** What is not said, or undefined, is as in `base`. */
export function mergeSettings(base: SiteSettings, some: Some): SiteSettings {
  const { appearance = {}, ...rest } = some;
  const look = { ...base.appearance, ...said(appearance) };
  // The empty text is how one takes an optional one back.
  if (look.launcher_text === '') delete look.launcher_text;
  if (look.launcher_picture === '') delete look.launcher_picture;
  return { ...base, ...said(rest), appearance: look };
}

/** What is worth keeping: only what differs from the default, so that a better default reaches all. */
export function differenceFromDefault(settings: SiteSettings): Some {
  const { appearance, ...rest } = settings;
  const { appearance: look, ...plain } = DEFAULT_SETTINGS;
  const changed = difference(appearance, look);
  return {
    ...difference(rest, plain),
    ...(Object.keys(changed).length > 0 && { appearance: changed }),
  };
}

/** What every embedding page is told. @param sendsMail whether this server can */
export function publicSite(
  { name, settings, consentVersion }: Site,
  sendsMail: boolean,
): PublicSite {
  const { offline_message, proactive, wording, consent } = settings;
  return {
    name,
    locale: settings.locale,
    appearance: settings.appearance,
    prechat: settings.prechat,
    typing_preview: settings.typing_preview,
    ...(settings.prechat_when === 'after' && { prechat_when: 'after' }),
    ...(!settings.voice && { voice: false }),
    ...(consent !== null && { consent: publicConsent(consent, consentVersion) }),
    ...(settings.live_visitors && { live_visitors: true }),
    ...(offline_message !== '' && { offline_message }),
    ...(proactive.length > 0 && { proactive }),
    ...(!settings.rating && { rating: false }),
    ...(settings.transcript && sendsMail && { transcript: true }),
    ...(Object.keys(wording).length > 0 && { wording }),
  };
}

function publicConsent({ text, privacy_url }: Consent, version: number): PublicSite['consent'] {
  return { version, ...(text !== '' && { text }), ...(privacy_url !== '' && { privacy_url }) };
}

function said<T extends object>(some: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(some).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function difference<T extends object>(value: T, from: T): Partial<T> {
  const entries = Object.entries(value).filter(
    ([name, part]) => !isDeepStrictEqual(part, from[name as keyof T]),
  );
  return Object.fromEntries(entries) as Partial<T>;
}
