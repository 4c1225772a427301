/** What Parley itself says in a mail. `{…}` are places for values. */
const en = {
  subject: 'Your conversation with {site}',
  intro: 'Here is your conversation with {site}, as you asked for it.',
  you: 'You',
  team: 'Team',
  file: 'File: {name}',
  cut: 'Earlier messages are left out.',
  times: 'Times are those of {zone}.',
  why: 'You get this mail because somebody entered this address in the chat of {site}. If that was not you, you need do nothing.',
} as const;

type Words = Readonly<Record<keyof typeof en, string>>;

const de: Words = {
  subject: 'Ihre Unterhaltung mit {site}',
  intro: 'Hier ist Ihre Unterhaltung mit {site}, wie Sie es gewünscht haben.',
  you: 'Sie',
  team: 'Team',
  file: 'Datei: {name}',
  cut: 'Frühere Nachrichten sind nicht enthalten.',
  times: 'Zeiten nach {zone}.',
  why: 'Sie erhalten diese Mail, weil jemand diese Adresse im Chat von {site} eingegeben hat. Wenn Sie das nicht waren, brauchen Sie nichts zu tun.',
};

const LANGUAGES: Readonly<Record<string, Words>> = { en, de };

export type Say = (key: keyof Words, values?: Readonly<Record<string, string>>) => string;

/** The words of a locale, else English ones. */
export function wordsOf(locale: string): Say {
  const language = locale.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  const words = Object.hasOwn(LANGUAGES, language) ? (LANGUAGES[language] ?? en) : en;
  return (key, values = {}) =>
    words[key].replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
