import type { CannedReply } from '@parley/protocol';

/** Those that fit, what begins with the words first: `shortcut` before `text`. */
export function search(replies: readonly CannedReply[], q: string | undefined): CannedReply[] {
  if (q === undefined) return [...replies];
  const sought = q.trim().toLowerCase();
  const rank = ({ shortcut, text }: CannedReply): number => {
    if (shortcut.toLowerCase().startsWith(sought)) return 0;
    if (shortcut.toLowerCase().includes(sought)) return 1;
    return text.toLowerCase().includes(sought) ? 2 : 3;
  };
  return replies
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter((found) => found.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ reply }) => reply);
}
