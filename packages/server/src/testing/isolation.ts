import type { TestForm } from './forms.ts';

/** Who calls what, and how that is answered: the rows of the matrix of SEC-1. */
export type Actor =
  /** Whose conversation, message and address the calls name. */
  | 'visitor A'
  | 'visitor B'
  | 'site token'
  | 'agent of this site'
  | 'agent of another site'
  | 'agent without CSRF token'
  | 'nobody';

export const ACTORS: readonly Actor[] = [
  'visitor A',
  'visitor B',
  'site token',
  'agent of this site',
  'agent of another site',
  'agent without CSRF token',
  'nobody',
];

/** `ok`: 2xx. A list: what may be answered instead, where one's own view is another. */
type Expected = 'ok' | number;

export interface Expectation {
  /** Parameters are filled in with what belongs to visitor A. */
  readonly path: (of: Target) => string;
  readonly body?: (of: Target) => object;
  /** In place of `body`. */
  readonly form?: (of: Target) => TestForm;
  readonly answers: Readonly<Record<Actor, Expected>>;
}

export interface Target {
  /** Visitor A. */
  readonly visitor: number;
  readonly conversation: number;
  readonly message: number;
  readonly agentMessage: number;
  readonly email: string;
  /** What an agent noted of who may be erased. */
  readonly visitorNote: number;
  /** Of visitor A's site; nobody's, so that it may be erased. */
  readonly erasable: number;
  readonly label: number;
  readonly view: number;
  readonly team: number;
  /** A signed address. */
  readonly file: string;
}

export const all = (expected: Expected): Record<Actor, Expected> =>
  Object.fromEntries(ACTORS.map((actor) => [actor, expected])) as Record<Actor, Expected>;

export const open = all('ok');
export const forSite = { ...all(401), 'site token': 'ok' } as const;
/** One's own things, by their place: who is not A finds nothing there. */
export const ownedByVisitor = { ...all(401), 'visitor A': 'ok', 'visitor B': 404 } as const;
export const anyVisitor = { ...all(401), 'visitor A': 'ok', 'visitor B': 'ok' } as const;
export const anyAgent = {
  ...all(401),
  'agent of this site': 'ok',
  'agent of another site': 'ok',
  'agent without CSRF token': 'ok',
} as const;
export const readByAgent = { ...anyAgent, 'agent of another site': 404 } as const;
export const changedByAgent = { ...readByAgent, 'agent without CSRF token': 403 } as const;
export const anyAgentChanges = { ...anyAgent, 'agent without CSRF token': 403 } as const;

let made = 0;
/** For names that may be used once. */
export const counter = (): number => (made += 1);
