import { createPreference } from '../ui/preference.ts';
import { keyCaps } from './keys.ts';
import { SHORTCUTS, type ShortcutId } from './shortcuts.ts';

const apple = /Mac|iPhone|iPad/.test(navigator.platform);

/** Shortcuts without Ctrl or ⌘ can be turned off (WCAG 2.1.4). */
export const plainKeys = createPreference('parley.keys', ['on', 'off'], 'on');

/** What stands on this computer's keys for a command. */
export function capsOf(id: ShortcutId): readonly string[] {
  return keyCaps(SHORTCUTS[id], apple);
}
