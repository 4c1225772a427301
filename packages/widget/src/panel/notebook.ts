import type { TokenStorage } from '@parley/client';
import type { Appearance } from '@parley/protocol';

/** What the panel remembers for itself, of one site. */
export interface Notebook {
  draft(): string;
  setDraft(text: string): void;
  /** How the site looked last, so that the panel is drawn right at once. */
  appearance(): Appearance | null;
  setAppearance(appearance: Appearance): void;
  /** Whether the visitor has put this question away. */
  isAnswered(question: string): boolean;
  answer(question: string): void;
  /** Whether a message that nobody sees may be heard. */
  sound(): boolean;
  setSound(on: boolean): void;
  /** Forgets what the visitor wrote. */
  forget(): void;
}

/** So many questions are remembered. */
const QUESTIONS = 20;

export function openNotebook(storage: TokenStorage, siteToken: string): Notebook {
  const draft = `parley.draft.${siteToken}`;
  const look = `parley.appearance.${siteToken}`;
  const mute = `parley.mute.${siteToken}`;
  const answered = `parley.answered.${siteToken}`;
  const questions = (): string[] => JSON.parse(storage.getItem(answered) ?? '[]') as string[];
  return {
    draft: () => storage.getItem(draft) ?? '',
    setDraft: (text) => (text === '' ? storage.removeItem(draft) : storage.setItem(draft, text)),
    appearance: () => JSON.parse(storage.getItem(look) ?? 'null') as Appearance | null,
    setAppearance: (appearance) => storage.setItem(look, JSON.stringify(appearance)),
    isAnswered: (question) => questions().includes(question),
    answer: (question) =>
      storage.setItem(answered, JSON.stringify([...questions(), question].slice(-QUESTIONS))),
    sound: () => storage.getItem(mute) === null,
    setSound: (on) => (on ? storage.removeItem(mute) : storage.setItem(mute, '1')),
    forget() {
      storage.removeItem(draft);
      storage.removeItem(answered);
    },
  };
}
