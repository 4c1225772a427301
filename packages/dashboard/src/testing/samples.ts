import type { InboxEntry } from '@parley/protocol';
import { formatDateTime } from '@parley/protocol';

/** A row of the inbox, for tests and the development page. Times in Unix seconds. */
export function sampleEntry(part: Partial<InboxEntry> & { id: number }): InboxEntry {
  const created_s = part.timestamp ?? 1_800_000_000;
  return {
    status: 'open',
    category: 'human-chats',
    assignee: null,
    visitor: { id: part.id, name: null, email: null, verified: false },
    unread: 0,
    visitor_read_up_to: 0,
    agent_read_up_to: 0,
    head: 1,
    created_at: formatDateTime(created_s * 1000),
    timestamp: created_s,
    site_id: 1,
    last_message: null,
    last_activity_ms: created_s * 1000,
    waiting_since: null,
    ...part,
  };
}
