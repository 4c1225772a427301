import { EMOJI, findEmoji, loadEmojiNames } from '@parley/client';
import { describe, expect, it } from 'vitest';
import { SPOKEN } from '../../strings/language.ts';

describe('emoji', () => {
  it.each(SPOKEN)('each has a name in %s, and no two the same', async (locale) => {
    expect(new Set(EMOJI).size).toBe(EMOJI.length);
    const names = await loadEmojiNames(locale);
    expect([...names.values()].filter((name) => name === '')).toEqual([]);
    expect(new Set(names.values()).size).toBe(EMOJI.length);
  });

  it('are found by the beginning of any word of their names, in the reader’s language', async () => {
    const english = await loadEmojiNames('en-GB');
    expect(findEmoji('thu up', english, 'en')).toEqual(['👍']);
    expect(findEmoji('  TRUCK ', english, 'en')).toEqual(['🚚']);
    expect(findEmoji('', english, 'en')).toEqual(EMOJI);
    expect(findEmoji('xyzzy', english, 'en')).toEqual([]);
    const german = await loadEmojiNames('de-AT');
    expect(findEmoji('rechn', german, 'de')).toEqual(['🧾']);
    expect(english.get('🧾')).toBe('receipt invoice');
    const french = await loadEmojiNames('fr');
    expect(findEmoji('ecole visage rieur', french, 'fr')).toEqual([]);
    expect(findEmoji('gateau', french, 'fr')).toContain('🎂');
    expect(findEmoji('顔', await loadEmojiNames('ja'), 'ja')).toContain('😀');
    // A language without names has the English ones.
    expect((await loadEmojiNames('xx')).get('🐶')).toBe('dog');
  });
});
