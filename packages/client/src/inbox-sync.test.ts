import type { InboxEntry } from '@parley/protocol';
import { expect, test } from 'vitest';
import { InboxSync } from './inbox-sync.ts';
import { platform } from './platform.ts';
import { ModelConversation } from './testing/model-conversation.ts';

function entry(head: number, change: Partial<InboxEntry> = {}): InboxEntry {
  const options = { id: 1, siteId: 1, visitorId: 1, now_ms: 0, nextMessageId: () => 1 };
  return { ...new ModelConversation(options).inboxEntry(), head, ...change };
}

/** An inbox whose fetches wait until the test lets them be answered. */
function openInbox() {
  const conversations: InboxEntry[] = [];
  let gate = Promise.withResolvers<void>();
  const inbox = new InboxSync({
    environment: platform(),
    async fetch() {
      await gate.promise;
      return { success: true, conversations, next_cursor: null };
    },
    agentId: () => 5,
    onFetched: () => undefined,
  });
  const heads = () => inbox.view.get().entries.map(({ head }) => head);
  /** Asks for the rows, and answers with this one after what happens meanwhile. */
  const refresh = async (row: InboxEntry, meanwhile: () => void = () => undefined) => {
    const done = inbox.refresh();
    meanwhile();
    conversations.splice(0, 1, row);
    gate.resolve();
    await done;
    gate = Promise.withResolvers();
  };
  return { inbox, heads, refresh };
}

test('[SYNC-4] events of two commits come the other way round while the rows are fetched: the newer stays', async () => {
  const { inbox, heads, refresh } = openInbox();
  await refresh(entry(1));
  await refresh(entry(1), () => {
    inbox.update(entry(3));
    inbox.update(entry(2));
  });
  expect(heads()).toEqual([3]);
});

test('[SYNC-4] what left the filter does not come back by an older event', async () => {
  const { inbox, heads, refresh } = openInbox();
  inbox.filter({ status: 'open' });
  await refresh(entry(1));
  inbox.update(entry(3, { status: 'resolved' }));
  expect(heads()).toEqual([]);
  inbox.update(entry(2));
  expect(heads()).toEqual([]);
});

test('a server that was restored from a backup knows less than before: its rows are taken', async () => {
  const { inbox, heads, refresh } = openInbox();
  await refresh(entry(7));
  await refresh(entry(2));
  inbox.update(entry(3));
  expect(heads()).toEqual([3]);
});
