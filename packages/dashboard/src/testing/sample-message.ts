import type { LogMessage } from '@parley/client';

/** A message of a log, for tests and the development page. */
export function sampleMessage(part: Partial<LogMessage> & { key: string }): LogMessage {
  return {
    id: null,
    seq: null,
    state: 'sent',
    mine: false,
    sender_type: 'visitor',
    sender_name: null,
    text: '',
    attachments: [],
    created_at_ms: 1_800_000_000_000,
    edited: false,
    deleted: false,
    private: false,
    client_message_id: null,
    error: null,
    enclosure: null,
    progress: null,
    ...part,
  };
}
