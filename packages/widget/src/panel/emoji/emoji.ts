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
};

export async function loadNames(locale: string): Promise<EmojiNames> {
  const language = locale.split('-', 1)[0] ?? '';
  const load = LANGUAGES[Object.hasOwn(LANGUAGES, language) ? language : 'en'];
  const names = (await load?.())?.split(',') ?? [];
  return new Map(EMOJI.map((emoji, index) => [emoji, names[index]?.trim() ?? '']));
}

/** Those with a name of which each word of the query begins a word; all for an empty one. */
export function findEmoji(query: string, names: EmojiNames, locale: string): readonly string[] {
  const fold = (text: string): string => text.toLocaleLowerCase(locale).normalize('NFKC');
  const wanted = fold(query).split(/\s+/).filter(Boolean);
  return EMOJI.filter((emoji) => {
    const words = fold(names.get(emoji) ?? '').split(/\s+/);
    return (
      query.trim() === emoji || wanted.every((part) => words.some((word) => word.startsWith(part)))
    );
  });
}
