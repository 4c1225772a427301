import { describe, expect, it } from 'vitest';
import { enConsent } from './en-consent.ts';
import { enFiles } from './en-files.ts';
import { enLater } from './en-later.ts';
import { en, type Key } from './en.ts';
import { createLanguage, loadLanguage, loadStrings, SPOKEN } from './language.ts';

const places = (text: unknown): string[] => [
  ...new Set((JSON.stringify(text).match(/\{\w+\}/g) ?? []).sort()),
];

/** Words that are the same in that language. */
const SAME: Readonly<Record<string, readonly Key[]>> = {
  de: ['name', 'emoji', 'team', 'pause'],
  fr: ['message', 'log', 'options', 'position', 'pause'] as const,
  it: ['team', 'emoji'],
  nl: ['team', 'emoji'],
  pl: ['emoji'],
  tr: ['emoji'],
};

/** English comes in parts. */
const english = { ...en, ...enLater, ...enFiles, ...enConsent };
const stringsOf = async (code: string) => (code === 'en' ? english : loadStrings(code));

describe.each(SPOKEN)('the words of %s', (code) => {
  it('are all there, with the places of the original, and translated', async () => {
    const strings = await stringsOf(code);
    expect(Object.keys(strings).sort()).toEqual(Object.keys(english).sort());
    for (const key of Object.keys(english) as Key[]) {
      expect(places(strings[key]), key).toEqual(places(english[key]));
      expect(JSON.stringify(strings[key]), key).not.toMatch(/"\s*"|\s"/);
      if (code !== 'en' && !SAME[code]?.includes(key))
        expect(strings[key], `${key} is not translated`).not.toEqual(english[key]);
    }
  });

  it('have each plural form that whole numbers take, and no other', async () => {
    const rules = new Intl.PluralRules(code);
    // The "many" of French begins at a million.
    const taken = new Set(Array.from({ length: 10_001 }, (_, n) => rules.select(n)));
    for (const [key, entry] of Object.entries(await stringsOf(code))) {
      if (typeof entry === 'string') continue;
      expect(new Set(Object.keys(entry)), key).toEqual(new Set([...taken, 'other']));
    }
  });
});

describe('languages', () => {
  it('use the plural forms and the digits of the language', async () => {
    const arabic = await loadLanguage('ar-EG');
    expect([0, 1, 2, 3, 11, 100].map((n) => arabic.text('newMessages', { n }))).toEqual([
      'لا رسائل جديدة',
      'رسالة جديدة واحدة',
      'رسالتان جديدتان',
      '٣ رسائل جديدة',
      '١١ رسالة جديدة',
      '١٠٠ رسالة جديدة',
    ]);
    const polish = await loadLanguage('pl');
    expect([1, 2, 5, 22].map((n) => polish.text('newMessages', { n }))).toEqual([
      '1 nowa wiadomość',
      '2 nowe wiadomości',
      '5 nowych wiadomości',
      '22 nowe wiadomości',
    ]);
  });

  it('keep names in other letters apart where one writes from right to left', async () => {
    const hebrew = await loadLanguage('he');
    expect(hebrew.direction).toBe('rtl');
    expect(hebrew.text('typing', { name: 'Ada (UK)' })).toBe('הקלדה: \u2068Ada (UK)\u2069');
    expect(createLanguage('en', en).text('typing', { name: 'Ada' })).toBe('Ada is typing');
  });

  it('say the words of the site in their place, in that language only', async () => {
    const own = {
      de: { title: 'Moin!', newMessages: { one: '{n} neue', other: '{n} neue Dinger' } },
      __proto__: { title: 'no' },
    };
    const german = await loadLanguage('de-AT', own);
    expect(german.text('title')).toBe('Moin!');
    expect(german.text('newMessages', { n: 3 })).toBe('3 neue Dinger');
    expect(german.text('send')).toBe('Senden');
    expect((await loadLanguage('fr', own)).text('title')).toBe('Écrivez-nous');
  });
});
