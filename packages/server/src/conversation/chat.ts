import type { Attachment, Chat } from '@parley/protocol';

/** A message in the form of the Sakura dashboard: who is not the visitor is an agent there. */
export function chatMessage(
  row: { id: number; sender_type: string; text: string; created_at: number },
  attachments: Attachment[],
): Chat['messages'][number] {
  return {
    id: row.id,
    role: row.sender_type === 'visitor' ? 'user' : 'agent',
    content: row.text,
    attachments,
    timestamp: new Date(row.created_at).toISOString(),
  };
}
