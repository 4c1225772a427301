/**
 * The keys of each command: the one place from which palette, key handler, help sheet and tips
 * have them. Ctrl and ⌘ are both `mod`; `g i` is one key after the other.
 */
export const SHORTCUTS = {
  palette: 'mod+k',
  help: '?',
  search: '/',
  next: 'j',
  previous: 'k',
  open: 'enter',
  choose: 'x',
  chooseTo: 'shift+x',
  reply: 'r',
  note: 'n',
  resolve: 'e',
  assignMe: 'a',
  assign: 'shift+a',
  snooze: 'z',
  label: 'l',
  priority: 'p',
  pending: 'w',
  panel: 'i',
  leave: 'escape',
  goInbox: 'g i',
  goMine: 'g m',
  goUnassigned: 'g u',
  goMentions: 'g n',
  goVisitors: 'g v',
  goSettings: 'g s',
} as const;

export type ShortcutId = keyof typeof SHORTCUTS;
