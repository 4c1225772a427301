import type { SiteSettings } from '@parley/protocol';

/** Raised when the widget's own words of consent say something else. */
const OWN_WORDS = 1;

/**
 * What a visitor is shown and agrees to, as it is kept: the site's text, or which of Parley's own words
 * and what the site says in their place; and the link.
 * @returns JSON text, the same for the same words; null where nobody is asked
 */
export function consentContent({ consent, wording }: SiteSettings): string | null {
  if (consent === null) return null;
  const { text, privacy_url } = consent;
  if (text !== '') return JSON.stringify({ text, privacy_url });
  const languages = Object.entries(wording)
    .flatMap(([language, words]) => {
      const said = words['consentText'];
      return said === undefined ? [] : [[language, said] as const];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const wordings = languages.length > 0 && { wordings: Object.fromEntries(languages) };
  return JSON.stringify({ own_words: OWN_WORDS, ...wordings, privacy_url });
}
