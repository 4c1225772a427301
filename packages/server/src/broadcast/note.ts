import { z } from 'zod/mini';
import { Id, LIMITS, Page, Visitor } from '@parley/protocol';
import { isSocketId } from '@parley/realtime';
import type { Present } from '../presence/live-visitors.ts';
import type { Viewing } from '../presence/viewing.ts';
import type { FeedEvent } from './feed.ts';

/** Session hashes and ids with a prefix are far shorter. */
const Owner = z.string().check(z.regex(/^(session|visitor):[\w-]{1,200}$/));

const Time = z.number().check(z.nonnegative());

const PresentNote = z.object({
  siteId: Id,
  visitor: Visitor,
  page: Page,
  referrer: z.nullable(z.string().check(z.maxLength(LIMITS.pageUrl_chars))),
  arrived_ms: Time,
  since_ms: Time,
  pages: z.int(),
});

const Note = z.discriminatedUnion('type', [
  /** A socket, which is not on the node that authorized it, is connected for somebody. */
  z.object({
    type: z.literal('claim'),
    socketId: z.string().check(z.refine(isSocketId)),
    owner: Owner,
  }),
  /** Signed out: nothing goes on in this name. */
  z.object({ type: z.literal('ended'), owner: Owner }),
  /** It is somebody else now, or may see less: to be asked anew. */
  z.object({ type: z.literal('changed'), owner: Owner }),
  /** Memberships, roles or agents were changed: logins are to be looked up again. */
  z.object({ type: z.literal('members') }),
  /** Something may have been committed that nobody published. */
  z.object({ type: z.literal('unsaid') }),
  /** There may be a webhook where there was none. */
  z.object({ type: z.literal('webhooks') }),
  /** These audiences' events were erased. */
  z.object({ type: z.literal('forgotten'), audiences: z.array(z.string()) }),
  /** Who is on which page. */
  z.object({ type: z.literal('visitors'), visitors: z.array(PresentNote) }),
  /** These agents have a dashboard open on another node. */
  z.object({ type: z.literal('online'), agents: z.array(Id) }),
  /** Which agents have a conversation open on another node. */
  z.object({
    type: z.literal('viewing'),
    viewing: z.object({
      conversationId: Id,
      agents: z.array(z.object({ id: Id, name: z.string() })),
      gone: z.array(Id),
    }),
  }),
  /** For those who poll. */
  z.object({
    type: z.literal('events'),
    /** Where in a trace they were published. */
    traceparent: z.optional(z.string().check(z.maxLength(100))),
    events: z.array(
      z.object({
        audience: z.string(),
        channel: z.string(),
        event: z.string(),
        data: z.string().check(z.refine(isJson)),
      }),
    ),
  }),
]);

/** What concerns logins. */
export type LoginNote = Exclude<
  z.infer<typeof Note>,
  { type: 'events' | 'unsaid' | 'forgotten' | 'visitors' | 'webhooks' | 'viewing' | 'online' }
>;

/** What the nodes of one installation tell each other, beside the events for sockets. */
export type Note =
  | LoginNote
  | { readonly type: 'unsaid' }
  | { readonly type: 'webhooks' }
  | { readonly type: 'forgotten'; readonly audiences: readonly string[] }
  | { readonly type: 'visitors'; readonly visitors: readonly Present[] }
  | { readonly type: 'online'; readonly agents: readonly number[] }
  | { readonly type: 'viewing'; readonly viewing: Viewing }
  | {
      readonly type: 'events';
      readonly events: readonly FeedEvent[];
      readonly traceparent?: string | undefined;
    };

/** Null for what is none: others may write to the bus. */
export function parseNote(text: string): Note | null {
  const json = parseJson(text);
  if (json === undefined) return null;
  const parsed = z.safeParse(Note, json);
  return parsed.success ? parsed.data : null;
}

function isJson(text: string): boolean {
  return parseJson(text) !== undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
