import type { Wordings } from '@parley/protocol';
import { isRecord, themes, type Theme } from '../bridge/bridge.ts';

/** What of a site's public settings is needed to ask. */
export interface AskingSite {
  readonly title: string;
  readonly color: string;
  readonly theme: Theme;
  readonly locale: string;
  readonly wording: Wordings;
  /** Null: nobody is asked. Absent parts: Parley's own words, no link. */
  readonly consent: {
    readonly version: number;
    readonly text: string | null;
    readonly privacy_url: string | null;
  } | null;
}

/** @throws Error where it is no answer of `config` */
export function askingSite(answer: unknown): AskingSite {
  const site = recordOf(recordOf(answer)['site']);
  const { title, color, theme } = recordOf(site['appearance']);
  const { locale, wording = {}, consent = null } = site;
  if (!isText(title) || !isText(color) || !isText(locale) || !isTheme(theme)) throw unreadable();
  if (!isWordings(wording)) throw unreadable();
  return { title, color, theme, locale, wording, consent: consentOf(consent) };
}

function consentOf(value: unknown): AskingSite['consent'] {
  if (value === null) return null;
  const { version, text = null, privacy_url = null } = recordOf(value);
  if (!Number.isSafeInteger(version) || !isTextOrNull(text)) throw unreadable();
  if (!isTextOrNull(privacy_url)) throw unreadable();
  // A link of another kind, such as `javascript:`, is none.
  const link = privacy_url !== null && /^https?:/.test(privacy_url) ? privacy_url : null;
  return { version: version as number, text, privacy_url: link };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw unreadable();
}

const unreadable = (): Error => new Error('config: an answer of another form');
const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
const isTheme = (value: unknown): value is Theme => themes(value);
const isWordings = (value: unknown): value is Wordings =>
  isRecord(value) && Object.values(value).every(isRecord);
