/** What of a key press tells which key it was; `KeyboardEvent` has it all. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * How a press is written in the table of shortcuts: `e`, `?`, `shift+a`, `mod+k`. Shift is named
 * with letters only: with other keys it already made another sign, on each keyboard in its own way.
 * Null for what no shortcut uses.
 */
export function strokeOf(press: KeyPress): string | null {
  if (press.altKey || ['Shift', 'Control', 'Meta', 'Dead'].includes(press.key)) return null;
  // A letter is the same with caps lock.
  const letter = /^\p{L}$/u.test(press.key);
  const key = press.key.toLowerCase();
  const mod = press.ctrlKey || press.metaKey ? 'mod+' : '';
  return `${mod}${letter && press.shiftKey ? 'shift+' : ''}${key}`;
}

export type Advance =
  | { readonly state: 'match'; readonly keys: string }
  /** The beginning of a shortcut of two keys. */
  | { readonly state: 'pending'; readonly keys: string }
  | { readonly state: 'none' };

/** What a press means after those before it. One that leads nowhere begins anew. */
export function advance(before: string | null, stroke: string, all: readonly string[]): Advance {
  const keys = before === null ? stroke : `${before} ${stroke}`;
  if (all.includes(keys)) return { state: 'match', keys };
  if (all.some((one) => one.startsWith(`${keys} `))) return { state: 'pending', keys };
  return before === null ? { state: 'none' } : advance(null, stroke, all);
}

/** Whether a shortcut needs no Ctrl or ⌘: who types or speaks to the computer may not want those. */
export function isPlain(keys: string): boolean {
  return !keys.startsWith('mod+');
}

const NAMES: Readonly<Record<string, string>> = {
  enter: '↵',
  escape: 'Esc',
  arrowup: '↑',
  arrowdown: '↓',
};

/** What stands on the keys, one text for each stroke: `['Ctrl+K']`, `['⌘K']`, `['G', 'I']`. */
export function keyCaps(keys: string, apple: boolean): readonly string[] {
  return keys.split(' ').map((stroke) => {
    const parts = stroke.split('+').filter((part) => part !== '');
    const key = parts.at(-1) ?? '+';
    const cap = NAMES[key] ?? key.toUpperCase();
    const mods = parts.slice(0, -1).map((part) => modName(part, apple));
    return apple ? [...mods, cap].join('') : [...mods, cap].join('+');
  });
}

function modName(part: string, apple: boolean): string {
  if (part === 'shift') return apple ? '⇧' : 'Shift';
  return apple ? '⌘' : 'Ctrl';
}

/** For `aria-keyshortcuts`. Keys that follow one another have no form there: null. */
export function ariaKeys(keys: string): string | null {
  if (keys.includes(' ')) return null;
  const key = keys.replace('shift+', 'Shift+');
  return key.startsWith('mod+') ? `Control+${key.slice(4)} Meta+${key.slice(4)}` : key;
}
