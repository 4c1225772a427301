import type { SiteSettings, Wording } from '@parley/protocol';
import { useQuery } from '@tanstack/react-query';

/** What the widget says in one language, by the names of its texts. */
export type WidgetWords = Readonly<Record<string, Wording>>;

const NONE: WidgetWords = {};

/** The widget's own words, as it was built with them; none until they are here. */
export function useWidgetWords(language: string): { words: WidgetWords; failed: boolean } {
  const { data, isError } = useQuery({
    queryKey: ['widget-words', language],
    queryFn: () => loadWords(language),
    staleTime: Infinity,
  });
  return { words: data ?? NONE, failed: isError };
}

async function loadWords(language: string): Promise<WidgetWords> {
  const answer = await fetch(`/widget/strings/${encodeURIComponent(language)}.json`);
  if (!answer.ok) throw new Error(`widget strings: ${answer.status}`);
  const words: unknown = await answer.json();
  if (!isWords(words)) throw new Error('widget strings: not readable');
  return words;
}

const isText = (value: unknown) => typeof value === 'string';

function isWords(value: unknown): value is WidgetWords {
  return isRecord(value) && Object.values(value).every((one) => isText(one) || isForms(one));
}

const isForms = (value: unknown) =>
  isRecord(value) && isText(value['other']) && Object.values(value).every(isText);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the widget of the site says in a language: its own words, else the widget's. */
export function useSayings(
  { wording }: Pick<SiteSettings, 'wording'>,
  locale: string,
): (key: string) => string {
  const language = languageOf(locale);
  const { words } = useWidgetWords(language);
  const own = wording[language] ?? {};
  return (key) => {
    const said = Object.hasOwn(own, key) ? own[key] : words[key];
    return typeof said === 'string' ? said : (said?.other ?? '');
  };
}

/** Words are by language, whatever the variety (`de-AT`). */
export const languageOf = (locale: string): string => locale.toLowerCase().split('-', 1)[0] ?? 'en';
