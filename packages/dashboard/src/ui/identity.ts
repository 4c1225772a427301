/** Hues that stay apart from each other; near neighbours of red and amber are left to warnings. */
const HUES = [255, 160, 310, 210, 350, 130, 280, 185, 330, 235] as const;

/** A hue in degrees, always the same for the same seed. */
export function hueOf(seed: string): number {
  let hash = 2166136261;
  for (let index = 0; index < seed.length; index += 1) {
    hash = Math.imul(hash ^ seed.charCodeAt(index), 16777619);
  }
  return HUES[(hash >>> 0) % HUES.length] ?? HUES[0];
}

/** Up to two letters: of the first and the last word. Empty where the name has no letter or digit. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*/gu) ?? [];
  const picked = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return picked
    .map((word) => firstCharacter(word ?? ''))
    .join('')
    .toLocaleUpperCase();
}

function firstCharacter(word: string): string {
  return Array.from(word)[0] ?? '';
}
