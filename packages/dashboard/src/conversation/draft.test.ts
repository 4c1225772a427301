import { describe, expect, test } from 'vitest';
import { Drafts, type DraftStorage, NO_DRAFT } from './draft.ts';

function memory(full = false): DraftStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    read: (key) => kept.get(key) ?? null,
    write(key, value) {
      if (value === null) return kept.delete(key) || true;
      if (full) return false;
      kept.set(key, value);
      return true;
    },
  };
}

describe('[SYNC-9] nothing typed is dropped', () => {
  test('a draft is there again after a reload, for its agent and conversation alone', () => {
    const storage = memory();
    new Drafts(storage, 1).set(7, { text: 'Hello\nyou', private: true });
    expect(new Drafts(storage, 1).get(7)).toEqual({ text: 'Hello\nyou', private: true });
    expect(new Drafts(storage, 1).get(8)).toEqual(NO_DRAFT);
    expect(new Drafts(storage, 2).get(7)).toEqual(NO_DRAFT);
  });

  test('a draft that was sent leaves nothing behind', () => {
    const storage = memory();
    const drafts = new Drafts(storage, 1);
    drafts.set(7, { text: 'Hello', private: false });
    drafts.set(7, NO_DRAFT);
    expect(drafts.get(7)).toEqual(NO_DRAFT);
    expect(storage.kept.size).toBe(0);
  });

  test('where there is no room, a draft lasts as long as the page', () => {
    const drafts = new Drafts(memory(true), 1);
    drafts.set(7, { text: 'Hello', private: false });
    expect(drafts.get(7).text).toBe('Hello');
    drafts.set(7, NO_DRAFT);
    expect(drafts.get(7)).toEqual(NO_DRAFT);
  });

  test.each(['', 'x', 'null', '7', '[]', '{"text":7}', '{'])(
    '%j in the storage is no draft',
    (junk) => {
      const storage = memory();
      storage.kept.set('parley.draft.1.7', junk);
      expect(new Drafts(storage, 1).get(7)).toEqual(NO_DRAFT);
    },
  );
});
