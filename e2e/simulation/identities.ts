/** Who is there in every story: two sites, and agents who are signed in already. */
export const SITES = ['site-token-of-the-shop', 'site-token-of-the-bank'] as const;
export const AGENTS = [
  { name: 'Ann', sites: [0] },
  { name: 'Ben', sites: [0] },
  { name: 'Eve', sites: [1] },
] as const;
export type AgentName = (typeof AGENTS)[number]['name'];
export const emailOf = (agent: AgentName): string => `${agent}@agents.example`;

/**
 * Who somebody is, two letters for a visitor: the first says of which site, and after a `reset` the
 * second is another one. Nobody: a browser without a session.
 */
export type Visitor = `${'v' | 'w' | 'x'}${string}`;
export type Person = Visitor | AgentName | 'nobody';

export const isAgent = (person: Person): person is AgentName =>
  AGENTS.some(({ name }) => name === person);

/** Who a visitor is after the n-th `reset`. */
export function afterReset(visitor: Visitor, resets: number): Visitor {
  const [site = 'v'] = visitor;
  return `${site as 'v' | 'w' | 'x'}${String.fromCharCode('a'.charCodeAt(0) + (resets % 8))}`;
}

const siteOf = (person: Person): number => {
  const agent = AGENTS.find(({ name }) => name === person);
  return agent === undefined ? Number(person.startsWith('x')) : agent.sites[0];
};

export const siteTokenOf = (person: Person): string => SITES[siteOf(person)] ?? SITES[0];

/** Each text begins with a mark: `[vi]` in the conversation of vi, `[vi note]` where it is a note. */
const MARK = /\[([a-z]{2})( note)?\]/g;

/** What of a text is none of this person's business: another's words, another site's, notes. */
export function foreignMarks(person: Person, text: string): readonly string[] {
  return [...text.matchAll(MARK)]
    .filter(([, whose = '', note]) => {
      if (person === 'nobody') return true;
      const isReadable = isAgent(person)
        ? siteOf(whose as Visitor) === siteOf(person)
        : whose === person;
      return !isReadable || (note !== undefined && !isAgent(person));
    })
    .map(([mark]) => mark);
}

/** Sessions name their agent, so that a test can tell whose a request is. */
export const sessionOf = (agent: AgentName, id = 'session'): string => `${id}-of-${agent}`;

export function ownerOfSession(cookie: string | null): Person {
  const name = /-of-(\w+)$/.exec(cookie ?? '')?.[1];
  return AGENTS.find((agent) => agent.name === name)?.name ?? 'nobody';
}
