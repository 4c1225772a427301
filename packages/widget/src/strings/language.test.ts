import { describe, expect, it } from 'vitest';
import { enLater } from './en-later.ts';
import { en } from './en.ts';
import { chooseLocale, createLanguage, loadLanguage } from './language.ts';

describe('languages', () => {
  it('chooses the first that there is, as people write tags, else English', () => {
    expect(chooseLocale(['xx', 'de_AT', 'en'])).toBe('de-AT');
    expect(chooseLocale(['not a tag!', ''])).toBe('en');
    expect(chooseLocale(['__proto__', 'constructor', 'EN-gb'])).toBe('en-GB');
    // A page that asks for a language leaves the region to the browser.
    const british = chooseLocale(['en', 'fr-CA', 'en-GB', 'en-US']);
    expect(british).toBe('en-GB');
    expect(createLanguage(british, en).time(new Date(2026, 2, 30, 15, 5).getTime())).toBe('15:05');
  });

  it('uses plural forms and fills in values as they are', async () => {
    const english = createLanguage('en', { ...en, ...enLater });
    expect(english.text('newMessages', { n: 1 })).toBe('1 new message');
    expect(english.text('newMessages', { n: 1_200 })).toBe('1,200 new messages');
    expect(english.text('typing', { name: "$& {n} $'" })).toContain('$&');
    const german = await loadLanguage('de');
    expect(german.text('unread', { n: 2 })).toBe('2 ungelesene Nachrichten');
  });

  it('names days as a person would, also across a change of the clocks', () => {
    const english = createLanguage('en', { ...en, ...enLater });
    const noon = new Date(2026, 2, 30, 0, 30).getTime();
    expect(english.day(noon, noon)).toBe('Today');
    expect(english.day(new Date(2026, 2, 29, 23, 50).getTime(), noon)).toBe('Yesterday');
    expect(english.day(new Date(2026, 2, 2).getTime(), noon)).toBe('Monday, March 2');
    expect(english.day(new Date(2024, 2, 2).getTime(), noon)).toBe('March 2, 2024');
  });
});
