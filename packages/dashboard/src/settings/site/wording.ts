import type { Wording, Wordings } from '@parley/protocol';

/** One thing that the widget says, as it is edited: a text, or one plural form of it. */
export interface Line {
  readonly key: string;
  /** Null: the text has no forms. */
  readonly form: Form | null;
  /** What the widget says where the site says nothing. */
  readonly original: string;
  /** The site's own; empty: none. */
  readonly own: string;
}

type Form = keyof Exclude<Wording, string>;
const FORMS: readonly Form[] = ['zero', 'one', 'two', 'few', 'many', 'other'];

/** All that the widget says in a language, with what the site says in place of it. */
export function linesOf(
  words: Readonly<Record<string, Wording>>,
  own: Readonly<Record<string, Wording>> | undefined,
): readonly Line[] {
  return Object.entries(words).flatMap(([key, word]): Line[] => {
    const said = own !== undefined && Object.hasOwn(own, key) ? own[key] : undefined;
    if (typeof word === 'string') {
      return [{ key, form: null, original: word, own: typeof said === 'string' ? said : '' }];
    }
    return FORMS.filter((form) => word[form] !== undefined).map((form) => {
      const original = word[form] ?? '';
      const mine = typeof said === 'object' ? (said[form] ?? '') : '';
      return { key, form, original, own: mine === original ? '' : mine };
    });
  });
}

/** With one line said otherwise; an empty text takes it back, and leaves nothing behind. */
export function reworded(
  wordings: Wordings,
  language: string,
  lines: readonly Line[],
  { key, form }: Line,
  text: string,
): Wordings {
  const { [key]: _, ...others } = wordings[language] ?? {};
  const word = form === null ? text : formsOf(lines, key, form, text);
  const own = word === '' ? others : { ...others, [key]: word };
  const { [language]: __, ...rest } = wordings;
  return Object.keys(own).length === 0 ? rest : { ...rest, [language]: own };
}

/** All forms, for a form that is missing would be said in another one's words; empty where none is own. */
function formsOf(lines: readonly Line[], key: string, changed: Form, text: string): Wording {
  const forms = lines.filter((line) => line.key === key && line.form !== null);
  const ownOf = ({ form, own }: Line) => (form === changed ? text : own);
  if (forms.every((line) => ownOf(line) === '')) return '';
  const entries = forms.map((line) => [line.form, ownOf(line) || line.original]);
  return { other: '', ...Object.fromEntries(entries) } as Wording;
}
