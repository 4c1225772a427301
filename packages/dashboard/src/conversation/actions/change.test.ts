import type { ConversationPatch, InboxEntry } from '@parley/protocol';
import { expect, test } from 'vitest';
import { inverseOf, withPatch } from './change.ts';

const NOW_S = 1_800_000_000;
const names = { agent: (id: number) => `agent ${id}`, team: (id: number) => `team ${id}` };

const entry: InboxEntry = {
  id: 1,
  site_id: 1,
  status: 'open',
  category: 'human-chats',
  assignee: { id: 1, name: 'agent 1' },
  visitor: { id: 1, name: null, email: null, verified: false },
  labels: ['a', 'b'],
  unread: 0,
  visitor_read_up_to: 0,
  agent_read_up_to: 0,
  head: 1,
  created_at: '2026-11-21 12:00:00',
  timestamp: NOW_S,
  last_message: null,
  last_activity_ms: NOW_S * 1000,
  waiting_since: null,
};
const sleeping: InboxEntry = { ...entry, status: 'snoozed', snoozed_until: NOW_S + 60 };
const forever: InboxEntry = { ...entry, status: 'snoozed' };
const teamed: InboxEntry = { ...entry, team: { id: 3, name: 'team 3' }, priority: 'low' };

const patches: ConversationPatch[] = [
  { status: 'resolved' },
  { status: 'pending', assignee_id: null },
  { snoozed_until: NOW_S + 3_600 },
  { snoozed_until: null },
  { status: 'snoozed' },
  { assignee_id: 2, team_id: 4 },
  { team_id: null, priority: 'urgent' },
  { category: 'ai-chats' },
  { labels: ['c'] },
  { add_labels: ['b', 'c'] },
  { remove_labels: ['a', 'z'] },
];

test.each(patches)('what undoes %j brings back what was', (patch) => {
  for (const before of [entry, sleeping, forever, teamed]) {
    const after = withPatch(before, patch, names);
    const again = withPatch(after, inverseOf(before, patch, NOW_S), names);
    const labels = (of: InboxEntry) => of.labels?.toSorted();
    expect({ ...again, labels: labels(again), priority: again.priority ?? 'none' }).toEqual({
      ...before,
      labels: labels(before),
      priority: before.priority ?? 'none',
    });
  }
});

test('what others changed meanwhile is not undone', () => {
  const undo = inverseOf(entry, { add_labels: ['mine'] }, NOW_S);
  const changed = { ...entry, labels: ['a', 'b', 'mine', 'theirs'], assignee: null };
  expect(withPatch(changed, undo, names)).toEqual({ ...changed, labels: ['a', 'b', 'theirs'] });
});

test('a sleep that would be over is not slept again', () => {
  expect(inverseOf(sleeping, { status: 'resolved' }, NOW_S + 61)).toEqual({ status: 'open' });
});
