import type { TokenStorage } from '@parley/client';
import type { Appearance } from '@parley/protocol';

/** What the panel remembers for itself, of one site. */
export interface Notebook {
  draft(): string;
  setDraft(text: string): void;
  /** How the site looked last, so that the panel is drawn right at once. */
  appearance(): Appearance | null;
  setAppearance(appearance: Appearance): void;
  /** Forgets what the visitor wrote. */
  forget(): void;
}

export function openNotebook(storage: TokenStorage, siteToken: string): Notebook {
  const draft = `parley.draft.${siteToken}`;
  const look = `parley.appearance.${siteToken}`;
  return {
    draft: () => storage.getItem(draft) ?? '',
    setDraft: (text) => (text === '' ? storage.removeItem(draft) : storage.setItem(draft, text)),
    appearance: () => JSON.parse(storage.getItem(look) ?? 'null') as Appearance | null,
    setAppearance: (appearance) => storage.setItem(look, JSON.stringify(appearance)),
    forget: () => storage.removeItem(draft),
  };
}
