import { channelName, type ChatViewing, parseChannel } from '@parley/protocol';
import { agentsAudience } from '../broadcast/audience.ts';
import type { BroadcastHub, BroadcastLogger } from '../broadcast/broadcast.ts';
import { gathered } from '../broadcast/gathered.ts';
import type { Note } from '../broadcast/note.ts';
import type { Providers } from '../broadcast/providers.ts';
import type { Clock } from '../context.ts';
import type { AgentLogin, Identities } from '../http/identity.ts';
import { sessionOf } from '../http/owner.ts';
import {
  FollowedByPolls,
  isWorthTelling,
  mergeViewing,
  type Viewer,
  type Viewing,
  viewingChange,
} from './viewing.ts';

export interface ViewingOptions {
  readonly broadcast: Pick<BroadcastHub, 'publishPassing'>;
  readonly own: Providers['own'];
  readonly identities: Pick<Identities, 'renewed'>;
  /** To the other nodes. */
  readonly tell: (note: Note) => void;
  readonly clock: Clock;
  readonly logger: BroadcastLogger;
}

/**
 * Which agents have a conversation open: whose sockets, or polls, follow its agents' channel. Nobody
 * has to say so, so nobody who is gone is shown for long. Nothing of it is kept. Sockets of hosted
 * Pusher and of a server elsewhere are not seen.
 */
export interface ViewingCommands {
  /** A channel's sockets on this node changed. */
  attended(channel: string): void;
  /**
   * A poll that is held for so long follows these.
   *
   * @returns to be called when it ends; given up: its client went away before the answer, as a page does
   *   that is closed, or has a socket by now
   */
  polled(
    login: AgentLogin,
    conversationIds: readonly number[],
    wait_s: number,
  ): (givenUp: boolean) => void;
  /** What another node told. */
  take(viewing: Viewing): void;
  /** To be called every 2 s. */
  beat(): void;
}

/** Who opens a list one by one is not told of at each. */
const GATHER_MS = 100;
/** From the end of one poll until the next. */
const BETWEEN_POLLS_MS = 15_000;
/** After one that was given up: another comes at once, or none. */
const GIVEN_UP_MS = 3_000;
/** What was missed is made good. */
const AGAIN_EVERY_BEATS = 15;

export function createViewing(options: ViewingOptions): ViewingCommands {
  const { broadcast, own, identities, tell, clock, logger } = options;
  const polls = new FollowedByPolls();
  /** By conversation: who has it open on this node, as it was told. */
  const told = new Map<number, readonly Viewer[]>();
  const changed = new Set<number>();
  /** One look after the other, so that an older one never has the last word. */
  const looking = new Set<number>();
  let beats = 0;

  async function viewersOf(conversationId: number): Promise<readonly Viewer[]> {
    const channel = channelName({ kind: 'conversation-agents', conversationId });
    const owners = own?.realtime.ownersAt(own.appId, channel) ?? [];
    const hashes = owners.map(sessionOf).filter((hash) => hash !== null);
    const sessions = [...new Set([...hashes, ...polls.of(conversationId)])];
    const logins = await Promise.all(
      sessions.map((tokenHash) => identities.renewed({ tokenHash })),
    );
    const viewers = new Map<number, Viewer>();
    for (const login of logins) {
      if (login !== null)
        viewers.set(login.agent.id, { id: login.agent.id, name: login.agent.name });
    }
    return [...viewers.values()];
  }

  function publish(viewing: Viewing): void {
    if (!isWorthTelling(viewing)) return;
    const { conversationId, agents, gone } = viewing;
    const data: ChatViewing = {
      conversation_id: conversationId,
      agents: [...agents],
      gone: [...gone],
    };
    broadcast.publishPassing([
      {
        channel: channelName({ kind: 'conversation-agents', conversationId }),
        event: 'ChatViewing',
        data: JSON.stringify(data),
        audience: agentsAudience(conversationId),
        conversationId,
      },
    ]);
  }

  async function look(conversationId: number): Promise<void> {
    const agents = await viewersOf(conversationId);
    const viewing = viewingChange(conversationId, told.get(conversationId) ?? [], agents);
    if (viewing === null) {
      // Who was known by a poll, or came back, may have missed what was told before its socket was there.
      publish({ conversationId, agents, gone: [] });
      return;
    }
    if (agents.length === 0) told.delete(conversationId);
    else told.set(conversationId, agents);
    tell({ type: 'viewing', viewing });
    publish(viewing);
  }

  const lookSoon = gathered(GATHER_MS, () => {
    const ids = [...changed];
    changed.clear();
    for (const id of ids) {
      if (looking.has(id)) {
        note([id]);
        continue;
      }
      looking.add(id);
      look(id)
        .catch((error: unknown) => {
          // The database is away: to be looked at again with the next beat.
          changed.add(id);
          logger.warn({ err: error, conversation: id }, 'Who has it open is not known');
        })
        .finally(() => looking.delete(id));
    }
  });

  function note(ids: readonly number[]): void {
    for (const id of ids) changed.add(id);
    if (changed.size > 0) lookSoon();
  }

  return {
    attended(name) {
      // Most are visitors: their channels need not be read.
      if (!name.endsWith('.agents')) return;
      const channel = parseChannel(name);
      if (channel?.kind === 'conversation-agents') note([channel.conversationId]);
    },
    polled({ tokenHash }, conversationIds, wait_s) {
      const until_ms = clock.now_ms() + wait_s * 1_000 + BETWEEN_POLLS_MS;
      note(polls.follow(tokenHash, conversationIds, until_ms));
      return (givenUp) => {
        const more_ms = givenUp ? GIVEN_UP_MS : BETWEEN_POLLS_MS;
        polls.end(tokenHash, conversationIds, until_ms, clock.now_ms() + more_ms);
      };
    },
    take(viewing) {
      const here = told.get(viewing.conversationId);
      if (here !== undefined) publish(mergeViewing(here, viewing));
    },
    beat() {
      beats += 1;
      note(polls.sweep(clock.now_ms()));
      if (beats % AGAIN_EVERY_BEATS !== 0) return;
      for (const [conversationId, agents] of told) {
        const viewing = { conversationId, agents, gone: [] };
        tell({ type: 'viewing', viewing });
        publish(viewing);
      }
    },
  };
}
