import type { LogMessage, VisitorPhase } from '@parley/client';
import type { Conversation } from '@parley/protocol';
import type { Details } from './fault.ts';
import { isOpen } from './team.ts';

/** What is asked of the visitor beside the conversation; `key` names the question once for all. */
export type Card =
  | ContactCard
  | { readonly kind: 'rating'; readonly key: string }
  /** Never due: it is asked for. */
  | { readonly kind: 'transcript'; readonly key: string };

export interface ContactCard {
  readonly kind: 'contact';
  readonly key: string;
  readonly fields: readonly (keyof Details)[];
  readonly required: boolean;
}

export interface CardInput {
  readonly phase: Extract<VisitorPhase, { phase: 'ready' }>;
  readonly conversation: Conversation | null;
  readonly messages: readonly LogMessage[];
  readonly now_ms: number;
}

/** The one question that is due, or null. Nothing is asked before the visitor has said something. */
export function cardOf(input: CardInput): Card | null {
  const { conversation, messages } = input;
  if (!messages.some(({ mine }) => mine)) return null;
  if (conversation?.status === 'resolved') {
    const isAsked = input.phase.config.site.rating !== false && conversation.rating === undefined;
    // What nobody answered there is nothing to say of.
    const isAnswered = messages.some(({ sender_type }) => sender_type === 'agent');
    return isAsked && isAnswered ? { kind: 'rating', key: `rating ${conversation.id}` } : null;
  }
  return contactCard(input);
}

function contactCard({ phase, now_ms }: CardInput): ContactCard | null {
  const { prechat, prechat_when } = phase.config.site;
  const isAsked = prechat !== 'off' && prechat_when === 'after';
  // Who writes while nobody is there is asked where the answer may go.
  if (!isAsked && isOpen(phase.team, now_ms)) return null;
  const wanted = isAsked ? (['name', 'email'] as const) : (['email'] as const);
  const fields = wanted.filter((field) => !phase.visitor[field]);
  if (fields.length === 0) return null;
  const required = isAsked && prechat === 'required';
  return { kind: 'contact', key: `contact ${isAsked ? 'prechat' : 'away'}`, fields, required };
}
