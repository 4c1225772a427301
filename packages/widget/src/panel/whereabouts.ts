import type { VisitorChat } from '@parley/client';
import type { Host } from './host.ts';

/**
 * Tells the server to which page the visitor went, for a site that shows its agents who is where. That
 * the visitor is still there the live connection says: nothing is sent while a page is only read.
 * @returns to be told of each page
 */
export function followVisitor(
  chat: VisitorChat,
  host: Host,
  address: string,
): (next: string) => void {
  let last = address;
  // To introduce oneself says on which page one is, too.
  const tell = (): void => {
    if (chat.phase.get().phase !== 'ready') return;
    // Unheard: the next page is told again.
    chat.setVisitor({}).catch(() => undefined);
  };
  host.post({ type: 'page', ask: { do: 'follow' } });
  document.addEventListener('visibilitychange', () => {
    // Another tab told its page meanwhile, or the visitor was away for long.
    if (document.visibilityState === 'visible') tell();
  });
  return (next) => {
    if (next === last) return;
    last = next;
    tell();
  };
}
