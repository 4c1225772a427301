import type { TokenStorage } from '@parley/client';
import type { Appearance } from '@parley/protocol';
import type { Details } from './fault.ts';

/** How a message is told of that nobody looks at. */
export type Switch = 'sound' | 'notify';

const DEFAULTS: Readonly<Record<Switch, string>> = { sound: '1', notify: '0' };

/** What the panel remembers for itself, of one site. */
export interface Notebook {
  draft(): string;
  setDraft(text: string): void;
  /** Name and address as far as they are typed, until they are told. */
  details(): Details;
  /** @param details null: told, or not wanted */
  setDetails(details: Details | null): void;
  /** How the site looked last, so that the panel is drawn right at once. */
  appearance(): Appearance | null;
  setAppearance(appearance: Appearance): void;
  /** Whether the visitor has put this question away. */
  isAnswered(question: string): boolean;
  answer(question: string): void;
  is(switched: Switch): boolean;
  set(switched: Switch, on: boolean): void;
  /** Forgets what the visitor wrote. */
  forget(): void;
}

/** So many questions are remembered. */
const QUESTIONS = 20;

export function openNotebook(storage: TokenStorage, siteToken: string): Notebook {
  const draft = `parley.draft.${siteToken}`;
  const look = `parley.appearance.${siteToken}`;
  const answered = `parley.answered.${siteToken}`;
  const typed = `parley.details.${siteToken}`;
  const questions = (): string[] => JSON.parse(storage.getItem(answered) ?? '[]') as string[];
  return {
    draft: () => storage.getItem(draft) ?? '',
    setDraft: (text) => (text === '' ? storage.removeItem(draft) : storage.setItem(draft, text)),
    details: () => JSON.parse(storage.getItem(typed) ?? '{"name":"","email":""}') as Details,
    setDetails: (details) =>
      details === null
        ? storage.removeItem(typed)
        : storage.setItem(typed, JSON.stringify(details)),
    appearance: () => JSON.parse(storage.getItem(look) ?? 'null') as Appearance | null,
    setAppearance: (appearance) => storage.setItem(look, JSON.stringify(appearance)),
    isAnswered: (question) => questions().includes(question),
    answer: (question) =>
      storage.setItem(answered, JSON.stringify([...questions(), question].slice(-QUESTIONS))),
    is: (switched) =>
      (storage.getItem(`parley.${switched}.${siteToken}`) ?? DEFAULTS[switched]) === '1',
    set: (switched, on) => storage.setItem(`parley.${switched}.${siteToken}`, on ? '1' : '0'),
    forget() {
      storage.removeItem(draft);
      storage.removeItem(typed);
      storage.removeItem(answered);
    },
  };
}
