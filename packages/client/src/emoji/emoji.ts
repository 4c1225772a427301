/** Well-known emoji, by kind. Their names, in the same order, are those of `names/`. */
export const EMOJI: readonly string[] = [
  '😀 😄 😁 😅 😂 🤣 🙂 🙃 😉 😊 😇 🥰 😍 🤩 😘 😋 😜 🤪 🤔 🤨 😐 😏 🙄 😬',
  '😌 😴 🤒 🤢 🥵 🥶 🤯 🥳 😎 🤓 😕 😟 😮 😳 🥺 😢 😭 😱 😤 😡 🤬 💩 👻 🤖',
  '👋 ✋ 👌 ✌️ 🤞 👍 👎 👏 🙌 🤝 🙏 💪 👀 🤷 🤦 💃',
  '❤️ 🧡 💛 💚 💙 💜 🖤 💔 ✨ ⭐ 🔥 💯 🎉 🎁 🎂 🏆',
  '🐶 🐱 🐻 🦊 🐵 🐸 🦄 🐝 🌱 🌸 🌈 ☀️ ☔ ❄️ 🌍 🌙',
  '☕ 🍺 🍷 🍕 🍔 🍟 🍰 🍎 🍌 🍓 🥑 🍪 🍫 🍿 🥐 🍽️',
  '📦 🚚 ✈️ 🚗 🚲 🏠 💻 📱 📷 📞 📧 📎 📅 ⏰ 💳 💰 🔑 🔒 🔧 💡 📌 🔍 🛒 🧾',
  '✅ ❌ ❓ ❗ ⚠️ ➡️ ⬅️ 🔴 🟢 🔵 🆗 🆕',
].flatMap((kind) => kind.split(' '));

/** The name of each, several words where people may look for either. */
export type EmojiNames = ReadonlyMap<string, string>;

/** Each loaded only where it is spoken. */
const LANGUAGES: Readonly<Record<string, () => Promise<string>>> = {
  en: async () => (await import('./names/en.ts')).en,
  de: async () => (await import('./names/de.ts')).de,
  fr: async () => (await import('./names/fr.ts')).fr,
  es: async () => (await import('./names/es.ts')).es,
  pt: async () => (await import('./names/pt.ts')).pt,
  it: async () => (await import('./names/it.ts')).it,
  nl: async () => (await import('./names/nl.ts')).nl,
  pl: async () => (await import('./names/pl.ts')).pl,
  tr: async () => (await import('./names/tr.ts')).tr,
  ar: async () => (await import('./names/ar.ts')).ar,
  he: async () => (await import('./names/he.ts')).he,
  ja: async () => (await import('./names/ja.ts')).ja,
  zh: async () => (await import('./names/zh.ts')).zh,
  hi: async () => (await import('./names/hi.ts')).hi,
};

export async function loadEmojiNames(locale: string): Promise<EmojiNames> {
  const language = locale.split('-', 1)[0] ?? '';
  const load = LANGUAGES[Object.hasOwn(LANGUAGES, language) ? language : 'en'];
  const names = (await load?.())?.split(',') ?? [];
  return new Map(EMOJI.map((emoji, index) => [emoji, names[index]?.trim() ?? '']));
}

/** Without accents, which people leave out when they search. */
const fold = (text: string, locale: string): string =>
  text
    .toLocaleLowerCase(locale)
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFKC');

/** Those with a name of which each word of the query begins a word; all for an empty one. */
export function findEmoji(query: string, names: EmojiNames, locale: string): readonly string[] {
  // Written without spaces: a word begins anywhere.
  const begins = /^(?:ja|zh)/.test(locale) ? 'includes' : 'startsWith';
  const wanted = fold(query, locale).split(/\s+/).filter(Boolean);
  return EMOJI.filter((emoji) => {
    const words = fold(names.get(emoji) ?? '', locale).split(/\s+/);
    return (
      query.trim() === emoji || wanted.every((part) => words.some((word) => word[begins](part)))
    );
  });
}

export interface EmojiPickerParts {
  readonly search: HTMLElement | null;
  /** Its buttons are the emoji. */
  readonly grid: HTMLElement | null;
  /** Those in the grid. */
  readonly found: readonly string[];
  /** `again`: another one may follow. */
  readonly onPick: (emoji: string, again: boolean) => void;
}

/** What a key does in a picker: Enter in the search takes the first, the arrows walk through them. */
export function pickByKey(
  event: KeyboardEvent,
  { search, grid, found, onPick }: EmojiPickerParts,
): void {
  // An input method's own Enter and arrows.
  if (grid === null || event.isComposing) return;
  const buttons = [...grid.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  if (event.key === 'Enter' && at === -1) {
    // The message is not sent by it.
    event.preventDefault();
    const [first] = found;
    if (first !== undefined) onPick(first, event.shiftKey);
    return;
  }
  const step = stepInGrid(event.key, buttons, getComputedStyle(grid).direction);
  // Sideways the caret of the search moves.
  if (step === 0 || (at === -1 && event.key !== 'ArrowDown')) return;
  event.preventDefault();
  if (at + step < 0) search?.focus();
  else buttons[at === -1 ? 0 : Math.min(at + step, buttons.length - 1)]?.focus();
}

/**
 * How many of these a key moves on from one, in a grid whose rows are as they are laid out; 0: it is
 * no arrow.
 * @param direction of the text: `rtl`, else from left to right
 */
function stepInGrid(
  key: string,
  cells: readonly { readonly offsetTop: number }[],
  direction: string,
): number {
  const top = cells[0]?.offsetTop;
  const perRow = cells.filter(({ offsetTop }) => offsetTop === top).length;
  const forward = direction === 'rtl' ? -1 : 1;
  const steps = new Map([
    ['ArrowDown', perRow],
    ['ArrowUp', -perRow],
    ['ArrowRight', forward],
    ['ArrowLeft', -forward],
  ]);
  return steps.get(key) ?? 0;
}
