import type { CannedReply, InboxEntry } from '@parley/protocol';
import { useMe } from '../../chat-context.tsx';
import { useCannedReplies, useColleagues } from '../../inbox/use-people.ts';
import { fillIn } from './fill-in.ts';
import type { Suggestion } from './suggestion-list.tsx';
import { found, type Trigger } from './trigger.ts';

/** More than that nobody reads in a list above the text. */
const SHOWN_MAX = 50;

/** What the signs in a text stand for: colleagues of the site, and its canned replies. */
export function useFinder(conversation: InboxEntry): (trigger: Trigger) => readonly Suggestion[] {
  const { agent, sites } = useMe();
  const { site_id, visitor } = conversation;
  const site = sites.find(({ id }) => id === site_id);
  const colleagues = useColleagues().filter(
    ({ id, site_ids }) => id !== agent.id && site_ids.includes(site_id),
  );
  const replies = useCannedReplies().filter((reply) => reply.site_id === site_id);
  const variables = {
    'visitor.name': visitor.name ?? '',
    'visitor.email': visitor.email ?? '',
    'agent.name': agent.name,
    'site.name': site?.name ?? '',
  };
  return ({ sign, query }) => {
    if (sign === '@') {
      return found(query, colleagues, ({ name }) => name).map(({ id, name }) => ({
        key: String(id),
        title: name,
        detail: '',
        insertion: `@${name} `,
      }));
    }
    return foundReplies(query, replies)
      .slice(0, SHOWN_MAX)
      .map((reply) => {
        const text = fillIn(reply.text, variables);
        return {
          key: String(reply.id),
          title: `/${reply.shortcut}`,
          detail: text.replaceAll(/\s+/g, ' '),
          insertion: text,
        };
      });
  };
}

/** By the beginning of a shortcut first, then by what stands in one or in the text. */
function foundReplies(query: string, replies: readonly CannedReply[]): CannedReply[] {
  const wanted = query.toLocaleLowerCase();
  const rank = ({ shortcut, text }: CannedReply): number => {
    const name = shortcut.toLocaleLowerCase();
    if (name.startsWith(wanted)) return 0;
    if (name.includes(wanted)) return 1;
    return text.toLocaleLowerCase().includes(wanted) ? 2 : 3;
  };
  return replies
    .filter((reply) => rank(reply) < 3)
    .toSorted((a, b) => rank(a) - rank(b) || a.shortcut.localeCompare(b.shortcut));
}
