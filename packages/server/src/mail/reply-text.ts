/** Stands in our mails: what is below it is ours, and not the answer. */
export const REPLY_LINE = '##- Write your answer above this line -##';

/** How mail programs begin what they quote, in the languages that most of them speak. */
const QUOTE_HEADS = [
  /^-{2,} ?(?:original message|ursprüngliche nachricht|message d'origine|mensaje original) ?-{2,}$/i,
  /^(?:on|am|le|el|il|em|op|den|dnia)\b.{5,300}\b(?:wrote|schrieb|écrit|escribió|scritto|escreveu|schreef|skrev|napisał\S*)\b.{0,80}:$/i,
  /^_{20,}$/,
];

/** What somebody wrote, without the mail that they answered and without their signature. */
export function replyText(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const kept: string[] = [];
  for (const [at, line] of lines.entries()) {
    const plain = line.trim();
    // A head may be broken into two lines.
    const joined = `${plain} ${lines[at + 1]?.trim() ?? ''}`.trim();
    const isEnd =
      plain.includes(REPLY_LINE) ||
      line === '-- ' ||
      [plain, joined].some((head) => QUOTE_HEADS.some((form) => form.test(head))) ||
      (plain.startsWith('>') && lines.slice(at).every(isQuoted));
    if (isEnd) break;
    kept.push(line.trimEnd());
  }
  return kept.join('\n').trim();
}

function isQuoted(line: string): boolean {
  return line.trim() === '' || line.trimStart().startsWith('>');
}
