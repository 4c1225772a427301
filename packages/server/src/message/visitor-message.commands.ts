import { randomUUID } from 'node:crypto';
import type { VisitorActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import type { Limits } from '../config/config.ts';
import type { Clock } from '../context.ts';
import { shortAddress } from '../http/client-address.ts';
import { RecentCounts } from '../http/rate.ts';
import type { MessageCommands, SentMessage, VisitorMessage } from './message.commands.ts';
import { bitsFor, challengeOf, judge, PUZZLES, RUSH_MS, type Verdict } from './proof.ts';

/** Who sends, and from where. */
export interface Sender {
  readonly visitor: VisitorActor;
  /** IP address, whole. */
  readonly address: string;
  /** As it came in {@link PROOF_HEADER}. */
  readonly proof: string | undefined;
}

/** Messages of visitors as they come over HTTP. */
export interface VisitorMessages {
  /**
   * @throws AppError `client_message_id_conflict`; `proof_required`, with a challenge, where the message
   * would begin a conversation and many do
   */
  send(sender: Sender, message: VisitorMessage): Promise<SentMessage>;
}

export interface VisitorMessagesOptions {
  readonly messageCommands: Pick<MessageCommands, 'sendByVisitor'>;
  readonly limits: Pick<Limits, 'rates' | 'conversationsPerMinute'>;
  readonly proofKey: string;
  readonly clock: Clock;
}

export const PROOF_HEADER = 'parley-proof';
/** Whoever cannot show work: by then the rush may be over. */
const RETRY_AFTER_S = 30;

export function createVisitorMessages(options: VisitorMessagesOptions): VisitorMessages {
  const { messageCommands, limits, proofKey, clock } = options;
  const free = limits.rates ? limits.conversationsPerMinute * (RUSH_MS / 60_000) : null;
  // Of each neighbourhood of addresses, and kept nowhere else: what the whole site has is counted in
  // the database, for all nodes.
  const begun = new RecentCounts(RUSH_MS);
  return {
    async send({ visitor, address, proof }, message) {
      // Work is done for one message, which then exists once: it is worth nothing a second time.
      const client_message_id = (message.client_message_id ?? randomUUID()).toLowerCase();
      const { siteId, visitorId } = visitor;
      const of = { siteId, visitorId, clientMessageId: client_message_id };
      const now_ms = clock.now_ms();
      const neighbours = `${siteId} ${shortAddress(address)}`;
      const verdict = judge(proofKey, proof, of, now_ms);
      const entrance = {
        free,
        floor_bits: free === null ? 0 : bitsFor(2 * begun.count(neighbours, now_ms), free),
        proven_bits: verdict.kind === 'solved' ? verdict.bits : 0,
      };
      try {
        const given = { ...message, client_message_id };
        const { began, ...sent } = await messageCommands.sendByVisitor(visitor, given, entrance);
        if (began) begun.add(neighbours, now_ms);
        return sent;
      } catch (error) {
        const bits = bitsAsked(error);
        if (bits === null) throw error;
        const challenge = challengeOf(proofKey, of, bits, now_ms);
        throw refusal(verdict, { challenge, bits, puzzles: PUZZLES, client_message_id }, error);
      }
    },
  };
}

/** Null for any other error. */
function bitsAsked(error: unknown): number | null {
  if (!(error instanceof AppError) || error.code !== 'proof_required') return null;
  return (error.details as { bits: number }).bits;
}

function refusal(verdict: Verdict, task: object, cause: unknown): AppError {
  const reason = verdict.kind === 'refused' ? verdict.why : verdict.kind;
  return new AppError(
    'proof_required',
    'Many conversations begin here at the moment: do the work that details ask for and send the message again with it, or send it again later.',
    { details: { ...task, reason }, retryAfter_s: RETRY_AFTER_S, cause },
  );
}
