import type { AgentLocale } from '@parley/protocol';

/** Stands in our mails: what is below it is ours, and not the answer. */
export const REPLY_LINES: Readonly<Record<AgentLocale, string>> = {
  en: '##- Write your answer above this line -##',
  de: '##- Bitte schreiben Sie Ihre Antwort über diese Zeile -##',
};
const REPLY_LINES_ALL = Object.values(REPLY_LINES);

/** How mail programs begin what they quote, in the languages that most of them speak. */
const QUOTE_HEADS = [
  /^-{2,} ?(?:original message|ursprüngliche nachricht|message d'origine|mensaje original) ?-{2,}$/i,
  /^(?:on|am|le|el|il|em|op|den|dnia)\b.{5,300}\b(?:wrote|schrieb|écrit|escribió|scritto|escreveu|schreef|skrev|napisał\S*)\b.{0,80}:$/i,
  /^_{20,}$/,
];

/** What somebody wrote, without the mail that they answered and without their signature. */
export function replyText(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  // Looked for once: a mail may have half a million lines that begin like a quote.
  const quotedFrom = lines.findLastIndex((line) => !isQuoted(line)) + 1;
  const kept: string[] = [];
  for (const [at, line] of lines.entries()) {
    const plain = line.trim();
    // A head may be broken into two lines.
    const joined = `${plain} ${lines[at + 1]?.trim() ?? ''}`.trim();
    const isEnd =
      REPLY_LINES_ALL.some((known) => plain.includes(known)) ||
      line === '-- ' ||
      [plain, joined].some((head) => QUOTE_HEADS.some((form) => form.test(head))) ||
      (plain.startsWith('>') && at >= quotedFrom);
    if (isEnd) break;
    kept.push(line.trimEnd());
  }
  return kept.join('\n').trim();
}

function isQuoted(line: string): boolean {
  return line.trim() === '' || line.trimStart().startsWith('>');
}
