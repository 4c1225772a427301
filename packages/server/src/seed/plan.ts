import type { ConversationStatus } from '@parley/protocol';
import { dice, type Dice } from './random.ts';
import { person, sentence } from './words.ts';

export interface SeedWanted {
  readonly conversations: number;
  readonly messages: number;
  readonly seed: number;
}

export interface SeedMessage {
  readonly sender: 'visitor' | 'agent' | 'note';
  readonly text: string;
  readonly at_ms: number;
}

export interface SeedConversation {
  readonly name: string | null;
  readonly email: string | null;
  readonly status: ConversationStatus;
  /** Places in the lists of agents and teams; null: none. */
  readonly agent: number | null;
  readonly team: number | null;
  readonly priority: number;
  readonly labels: readonly string[];
  readonly messages: readonly SeedMessage[];
}

export const SEED_AGENTS = [
  'Grace Hopper',
  'Alan Turing',
  'Katherine Johnson',
  'Edsger Dijkstra',
  'Barbara Liskov',
  'Ken Thompson',
] as const;
export const SEED_TEAMS = ['First line', 'Billing', 'Returns'] as const;
export const SEED_LABELS = [
  ['billing', 'amber'],
  ['shipping', 'blue'],
  ['return', 'orange'],
  ['bug', 'red'],
  ['vip', 'violet'],
  ['feature wish', 'teal'],
  ['spam', 'gray'],
  ['won', 'green'],
] as const;

/** One conversation is so long: what opening it costs is a promise. */
const LONGEST = 10_000;
const DAY_MS = 86_400_000;
const DAYS = 90;

/** How many messages each has: one is long, the others between few and many; together all. */
export function sizesOf({ conversations, messages, seed }: SeedWanted): number[] {
  const roll = dice(seed);
  const longest = messages >= 4 * LONGEST && conversations > 1 ? LONGEST : 0;
  const weights = Array.from({ length: conversations - (longest > 0 ? 1 : 0) }, () => {
    const x = roll.next();
    return 0.2 + 3 * x ** 4;
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const rest = messages - longest;
  let [given, passed] = [0, 0];
  const sizes = weights.map((weight) => {
    passed += weight;
    const upTo = Math.round((rest * passed) / sum);
    const size = upTo - given;
    given = upTo;
    return size;
  });
  // Not the newest and not the oldest.
  if (longest > 0) sizes.splice(Math.floor(sizes.length * 0.98), 0, longest);
  return sizes;
}

/** The one of this place; the same for the same seed, whatever the others are. */
export function conversationOf(
  { conversations, seed }: SeedWanted,
  index: number,
  size: number,
  now_ms: number,
): SeedConversation {
  const roll = dice(Math.imul(seed, 0x9e3779b1) + index);
  const age = 1 - (index + roll.next()) / conversations;
  const endsAt_ms = now_ms - Math.floor(age ** 2 * DAYS * DAY_MS) - roll.below(60_000);
  const step_ms = Math.min(90_000, Math.floor((20 * DAY_MS) / Math.max(1, size)));
  const begins_ms = endsAt_ms - size * step_ms;
  const isRecent = age < 0.12;
  const status = isRecent ? recentStatus(roll) : roll.next() < 0.97 ? 'resolved' : 'pending';
  const messages = Array.from({ length: size }, (_, place): SeedMessage => {
    const isLast = place === size - 1;
    const sender = senderOf(place, isLast && status !== 'open', roll);
    const at_ms = begins_ms + place * step_ms + roll.below(Math.max(1, step_ms));
    return { sender, text: sentence(sender, roll), at_ms };
  });
  return {
    ...person(roll),
    status,
    agent: roll.next() < 0.25 ? null : roll.below(SEED_AGENTS.length),
    team: roll.next() < 0.6 ? null : roll.below(SEED_TEAMS.length),
    priority: roll.next() < 0.8 ? 0 : 1 + roll.below(4),
    labels: roll.next() < 0.6 ? [] : [SEED_LABELS[roll.below(SEED_LABELS.length)]?.[0] ?? 'vip'],
    messages,
  };
}

function recentStatus(roll: Dice): ConversationStatus {
  const x = roll.next();
  return x < 0.3 ? 'open' : x < 0.4 ? 'pending' : x < 0.45 ? 'snoozed' : 'resolved';
}

function senderOf(place: number, isAnswer: boolean, roll: Dice): SeedMessage['sender'] {
  if (place === 0) return 'visitor';
  if (isAnswer) return 'agent';
  const x = roll.next();
  return x < 0.5 ? 'visitor' : x < 0.97 ? 'agent' : 'note';
}
