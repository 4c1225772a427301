import { AgentLocale } from '@parley/protocol';

/**
 * The first of these that Parley speaks to agents, whatever its region; English where it speaks none.
 * @param wanted BCP 47, the dearest first
 */
export function agentLocale(...wanted: readonly (string | null | undefined)[]): AgentLocale {
  for (const tag of wanted) {
    const [language] = tag?.toLowerCase().split(/[-_]/, 1) ?? [];
    const known = AgentLocale.options.find((one) => one === language);
    if (known !== undefined) return known;
  }
  return 'en';
}

/** Further ones are nobody's languages. */
const LANGUAGES_MAX = 20;

/** What an `Accept-Language` asks for, the dearest first; nothing where it says nothing that can be read. */
export function languagesAccepted(header: string | undefined): readonly string[] {
  const ranges = header?.split(',').slice(0, LANGUAGES_MAX) ?? [];
  return ranges
    .flatMap((range) => {
      const [, tag, quality = '1'] =
        /^\s*([a-z]{1,8}(?:-[a-z\d]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i.exec(range) ??
        [];
      return tag === undefined || Number(quality) === 0 ? [] : [{ tag, quality: Number(quality) }];
    })
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
}
