import * as fc from 'fast-check';
import { InboxEntry } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import { newConversation } from './conversation.ts';
import { presentConversation, presentEntry, type ConversationView } from './view.ts';

function viewWith(text: string): ConversationView {
  return {
    state: { id: 7, ...newConversation({ siteId: 1, visitorId: 2, now_ms: 1_500 }), labels: ['x'] },
    attributes: {},
    blocked: false,
    visitor: { id: 2, name: null, email: null, verified: false },
    assignee: { id: 3, name: 'Ada' },
    team: null,
    unread: { visitor: 1, agent: 2 },
    lastMessage: {
      id: 9,
      senderType: 'visitor',
      senderName: null,
      text,
      file: null,
      private: false,
      createdAt_ms: 1_999,
    },
  };
}

describe('view', () => {
  it('a preview is one short line of well-formed text, whatever the message', () => {
    const unit = fc.constantFrom('a', ' ', '\n', '\t', '😀', 'é', '👩‍👩‍👧', '\u2028');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 800 }), (units) => {
        const text = units.join('');
        const entry = presentEntry(viewWith(text));
        expect(() => InboxEntry.parse(entry)).not.toThrow();
        const preview = entry.last_message?.preview ?? '';
        expect(preview.isWellFormed()).toBe(true);
        expect(preview).not.toMatch(/[\n\t\u2028]/);
        expect(preview.length).toBeLessThanOrEqual(141);
        const line = text.replaceAll(/\s+/g, ' ').trim();
        if (preview.endsWith('…')) expect(line.startsWith(preview.slice(0, -1))).toBe(true);
      }),
    );
  });

  it('each audience gets its own numbers; labels are the agents’', () => {
    const view = viewWith('');
    expect(presentConversation(view, 'visitor')).toMatchObject({ unread: 1, timestamp: 1 });
    expect(presentConversation(view, 'visitor')).not.toHaveProperty('labels');
    expect(presentConversation(view, 'agent')).toMatchObject({ unread: 2, labels: ['x'] });
  });
});
