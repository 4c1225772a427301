import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { SYSTEM_FINDINGS, type SystemCode, type SystemFinding } from '@parley/protocol';
import { findingText } from '../settings/system/finding-text.ts';
import { german } from './de.ts';
import { enLate } from './en-late.ts';
import './late-words.ts';
import { formatDay, formatSpan } from './time.ts';
import {
  chooseLanguage,
  english,
  formatLocale,
  refusalText,
  speak,
  t,
  type TextKey,
} from './translate.ts';

const places = (entry: unknown): string[] => [
  ...new Set((JSON.stringify(entry).match(/\{\w+\}/g) ?? []).sort()),
];

/** Words that are the same in German. */
const SAME: readonly TextKey[] = [
  'app.name',
  'canned.words',
  'command.group.app',
  'connection.live',
  'connection.offline',
  'conversation.assign.online',
  'conversation.assign.teams',
  'conversation.labels',
  'files.pause',
  'inbox.bulk.label',
  'inbox.filter.label',
  'inbox.filter.team',
  'inbox.preview.agent',
  'inbox.status',
  'labels.orange',
  'message.bot',
  'proactive.words',
  'reports.name',
  'role.admin',
  'search.by',
  'security.origins.new',
  'settings.labels',
  'settings.teams',
  'signIn.code',
  'site.name',
  'site.tab.chat',
  'system.title',
  'system.what.proxy',
  'system.what.redis',
  'system.what.websocket',
  'visitor.browser',
  'visitor.labels',
  'webhooks.log.took',
  'webhooks.title',
];

afterEach(() => speak('en', english, []));

describe('the German words', () => {
  const keys = Object.keys(english.words) as TextKey[];

  it('have the places of the original, and are translated', () => {
    for (const key of keys) {
      const [original, entry] = [english.words[key], german.words[key]];
      expect(places(entry), key).toEqual(places(original));
      // Nothing that haste leaves behind: spaces at an end, three dots, straight quotes.
      expect(JSON.stringify(entry), key).not.toMatch(/"\s*"|\s"|\.\.\.|\\"/);
    }
    const same = keys.filter((key) => isDeepStrictEqual(english.words[key], german.words[key]));
    expect(same.sort()).toEqual(SAME);
  });

  it('are there for English keys only, with each plural form of German', () => {
    expect(Object.keys(german.words).sort()).toEqual([...keys].sort());
    for (const key of keys) {
      const entry = german.words[key];
      if (typeof entry !== 'string') expect(Object.keys(entry), key).toEqual(['one', 'other']);
    }
  });
});

describe('what is spoken', () => {
  it('is what was chosen, else the first language of the browser that there is', () => {
    expect(chooseLanguage('auto', ['fr-CH', 'de-AT', 'en'])).toBe('de');
    expect(chooseLanguage('auto', ['fr', 'ja'])).toBe('en');
    expect(chooseLanguage('en', ['de'])).toBe('en');
    expect(formatLocale('de', ['en', 'de-AT'])).toBe('de-AT');
    expect(formatLocale('de', ['en-GB'])).toBe('de');
  });

  it('is one language: words, plural forms, numbers and dates', () => {
    const day_ms = new Date(2026, 10, 3, 12).getTime();
    const later_ms = day_ms + 40 * 86_400_000;
    speak('de', german, ['de-DE']);
    expect(t('inbox.changed', { count: 1 })).toBe('1 neues Gespräch');
    expect(t('inbox.changed', { count: 12_000 })).toBe('12.000 neue Gespräche');
    expect(formatDay(day_ms, later_ms)).toBe('Dienstag, 3. November');
    expect(formatSpan(7_500)).toBe('2 Std. 5 Min.');
    speak('en', english, ['en-GB']);
    expect(t('inbox.changed', { count: 12_000 })).toBe('12,000 new conversations');
    expect(formatDay(day_ms, later_ms)).toBe('Tuesday 3 November');
    expect(formatSpan(7_500)).toBe('2h 5m');
  });

  it('is also what refusals are told in, by their codes; English is the server’s own', () => {
    const said = 'This name is taken.';
    expect(refusalText('name_taken', said)).toBe(said);
    speak('de', german, []);
    expect(refusalText('name_taken', said)).toBe('Diesen Namen gibt es schon.');
    expect(refusalText('of_tomorrow', said)).toBe('Der Server hat abgelehnt (of_tomorrow).');
    expect(refusalText('constructor', said)).toContain('(constructor)');
  });
});

describe('what was found of the server', () => {
  const finding: SystemFinding = {
    state: 'warning',
    what: 'disk',
    code: 'disk.low',
    values: { free_gib: 1.5, folder: '/data' },
    said: '1.5 GiB free in /data',
    advice: 'Make room.',
  };

  it('has the places of its values in German, and is translated', () => {
    for (const [code, [, ...values]] of Object.entries(SYSTEM_FINDINGS)) {
      const words = german.findings?.[code as SystemCode];
      const named = new Set(places(words).map((place) => place.slice(1, -1)));
      expect([...named].sort(), code).toEqual([...values].sort());
      expect(JSON.stringify(words), code).not.toMatch(/"\s|\s"|\.\.\.|\\"/);
    }
  });

  it('is said in the language of the page; in that of the server where its words are not known', () => {
    const { said, advice } = finding;
    expect(findingText(finding)).toEqual({ lang: undefined, said, advice });
    speak('de', german, ['de-DE']);
    expect(findingText(finding)).toEqual({
      lang: undefined,
      said: '1,5 GiB frei in /data',
      advice: 'Schaffen Sie Platz, oder verlegen Sie DATA_DIR auf eine größere Festplatte.',
    });
    for (const code of ['disk.of_tomorrow', 'constructor']) {
      expect(findingText({ ...finding, code })).toEqual({ lang: 'en', said, advice });
    }
  });
});

it('words that are loaded late are said by the pages that load them, and nowhere else', async () => {
  const root = join(import.meta.dirname, '..');
  const late = Object.keys(enLate);
  const said: string[] = [];
  const seen = new Set<string>();

  /** All that is reached without such a page: what is loaded first, and what is loaded from there. */
  async function walk(file: string): Promise<void> {
    if (seen.has(file)) return;
    seen.add(file);
    const source = await readFile(file, 'utf8');
    // As it is asked for, whole or put together: t('settings.title'), t(`role.${role}`).
    for (const [, key, begun] of source.matchAll(/\bt\(\s*(?:'([\w.]+)'|`([\w.]+)\$)/g)) {
      const isSaid = (one: string) => (begun === undefined ? one === key : one.startsWith(begun));
      if (late.some(isSaid)) said.push(`${relative(root, file)}: ${key ?? begun}`);
    }
    for (const [, key = ''] of source.matchAll(/\b(?:text|title|label): '([\w.]+)'/g)) {
      if (late.includes(key)) said.push(`${relative(root, file)}: ${key}`);
    }
    // What the router loads is a page, which adds the words itself or stands in one that does.
    const isRouter = file.endsWith('/router.tsx');
    const imports = source.matchAll(
      isRouter ? /from '(\.[^']+\.tsx?)'/g : /(?:from |import\()'(\.[^']+\.tsx?)'/g,
    );
    for (const [, path = ''] of imports) {
      if (!path.includes('/i18n/')) await walk(join(dirname(file), path));
    }
  }
  await walk(join(root, 'main.tsx'));
  expect(said).toEqual([]);
  // Or it would look at nothing.
  expect(seen.size).toBeGreaterThan(80);
});
