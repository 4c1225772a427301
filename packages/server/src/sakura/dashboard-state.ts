import type { Chat, ConversationCategory, DashboardUser } from '@parley/protocol';
import { CHAT_UPDATES } from '@parley/protocol';

/** Users in one state. */
export const USERS_MAX = 100;
/** Messages of one chat. */
export const MESSAGES_MAX = 50;
/** Chats of one user; who comes back after days has several. */
export const CHATS_PER_USER_MAX = 10;
/** Characters of one chat's messages; its newest message is always whole. */
const CHAT_CHARS_MAX = 100_000;
/** Characters of the whole state: users for whom there is no room are left out, the longest quiet first. */
export const STATE_CHARS_MAX = 8_000_000;

/** A user without the messages, and which chats those are in. */
export interface UserPlan {
  readonly id: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly siteId: number;
  readonly ownerId: number | null;
  readonly category: ConversationCategory | null;
  readonly chats: readonly ChatPlan[];
}

export interface ChatPlan {
  readonly id: number;
  readonly siteId: number;
  readonly status: string;
  /** The newest place of the agents' stream: while it stays, so does all that the chat shows. */
  readonly head: number;
}

/** The newest messages that there is room for, oldest first. `newestFirst` has one of them at least. */
export function withinChat(newestFirst: readonly Chat['messages'][number][]): Chat['messages'] {
  let chars = 0;
  const end = newestFirst.findIndex(({ content }, index) => {
    chars += content.length;
    return index > 0 && chars > CHAT_CHARS_MAX;
  });
  return (end === -1 ? newestFirst : newestFirst.slice(0, end)).toReversed();
}

/** JSON text of a `DashboardUser`, of the JSON texts of its chats. */
export function userJson(plan: UserPlan, chats: readonly string[]): string {
  const user: Omit<DashboardUser, 'chats'> = {
    _id: plan.id,
    name: plan.name ?? 'Unknown',
    email: plan.email,
    category: plan.category ?? 'human-chats',
    status: 'active',
    dashboard_user_id: plan.ownerId,
  };
  return `${JSON.stringify(user).slice(0, -1)},"chats":[${chats.join(',')}]}`;
}

/** JSON text of a `ChatUpdates`. */
export function updatesJson(users: string, now_ms: number): string {
  const timestamp = new Date(now_ms).toISOString();
  return `{"type":"${CHAT_UPDATES}","data":{"users":${users},"timestamp":"${timestamp}"}}`;
}
