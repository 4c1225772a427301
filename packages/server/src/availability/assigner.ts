import { parseChannel } from '@parley/protocol';
import type { Publication } from '../broadcast/publication.ts';
import type { BroadcastLogger } from '../broadcast/broadcast.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import type { TurnCommands } from './turn.commands.ts';

/**
 * Hears what is published, and gives new conversations in turn where the site wants that. After the
 * commit: sending does not wait for it, and where a node dies in that moment a conversation stays with
 * nobody, in everybody's sight.
 */
export function createAssigner(options: {
  readonly turnCommands: Pick<TurnCommands, 'assignNew'>;
  readonly siteQueries: Pick<SiteQueries, 'findSite'>;
  readonly logger: BroadcastLogger;
}): (publications: readonly Publication[]) => void {
  const { turnCommands, siteQueries, logger } = options;

  async function give(siteId: number, conversationId: number): Promise<void> {
    try {
      const site = await siteQueries.findSite(siteId);
      if (site?.settings.assign_in_turn === true)
        await turnCommands.assignNew(siteId, conversationId);
    } catch (error) {
      logger.warn({ err: error, conversationId }, 'A new conversation was given to nobody');
    }
  }

  return (publications) => {
    if (!publications.some(({ event }) => event === 'ChatConversationStarted')) return;
    for (const { channel, event, conversationId } of publications) {
      const parsed = event === 'ChatInboxUpdated' ? parseChannel(channel) : null;
      if (parsed?.kind === 'site-inbox' && conversationId !== null)
        void give(parsed.siteId, conversationId);
    }
  };
}
