import type { LucideIcon } from 'lucide-react';
import type { ShortcutId } from './shortcuts.ts';

export const COMMAND_GROUPS = ['conversation', 'go', 'list', 'app'] as const;

/** One thing that can be done from anywhere. */
export interface Command {
  readonly id: string;
  readonly group: (typeof COMMAND_GROUPS)[number];
  readonly text: string;
  readonly icon: LucideIcon;
  readonly shortcut?: ShortcutId;
  readonly action: Action;
}

export type Action =
  | { readonly kind: 'run'; run(): void }
  /** Asks on: the palette shows these in place of all commands. */
  | { readonly kind: 'choose'; readonly choices: readonly Choice[] }
  /** Only by its key, where the focus is; listed for those who look for it. */
  | { readonly kind: 'key' }
  /** Not possible now. */
  | { readonly kind: 'none' };

export interface Choice {
  readonly id: string;
  readonly text: string;
  readonly detail?: string | undefined;
  readonly chosen?: boolean;
  run(): void;
}
