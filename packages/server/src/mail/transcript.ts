import type { Message } from '@parley/protocol';
import { escapeHtml } from '../http/escape-html.ts';
import { wordsOf } from './words.ts';

export interface Transcript {
  readonly siteName: string;
  /** BCP 47; one that is none counts as English. */
  readonly locale: string;
  readonly timeZone: string;
  /** As the visitor sees them, oldest first. */
  readonly messages: readonly Message[];
  /** There were more before. */
  readonly isCut: boolean;
}

/** A conversation as a mail. All that people wrote is text, in both forms. Pure. */
export function renderTranscript(transcript: Transcript) {
  const { siteName, isCut, timeZone } = transcript;
  const locale = knownLocale(transcript.locale);
  const say = wordsOf(locale);
  const site = oneLine(siteName);
  const entries = transcript.messages
    .filter(({ deleted_at }) => deleted_at === null)
    .map((message) => entryOf(message, transcript, locale));
  const zone = say('times', { zone: timeZone });
  const head = [say('intro', { site }), ...(isCut ? [say('cut')] : [])];
  const foot = [zone, say('why', { site })];
  return {
    subject: say('subject', { site }),
    text: [
      ...head,
      ...entries.map(({ who, when, lines }) => `${who} — ${when}\n${lines.join('\n')}`),
      '-- \n' + foot.join('\n'),
    ].join('\n\n'),
    html: page(locale, head, entries, foot),
  };
}

interface Entry {
  readonly who: string;
  readonly when: string;
  readonly lines: readonly string[];
  readonly isOwn: boolean;
}

function entryOf(message: Message, { timeZone }: Transcript, locale: string): Entry {
  const say = wordsOf(locale);
  const isOwn = message.sender_type === 'visitor';
  const when = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  });
  return {
    who: isOwn ? say('you') : oneLine(message.sender_name ?? say('team')),
    when: when.format(message.timestamp * 1_000),
    lines: [
      ...(message.text === '' ? [] : [message.text]),
      ...message.attachments.map(({ name }) => say('file', { name: oneLine(name) })),
    ],
    isOwn,
  };
}

function page(
  locale: string,
  head: readonly string[],
  entries: readonly Entry[],
  foot: readonly string[],
): string {
  const paragraphs = (lines: readonly string[], style: string): string =>
    lines.map((line) => `<p style="${style}">${escapeHtml(line)}</p>`).join('\n');
  const rows = entries.map(
    ({
      who,
      when,
      lines,
      isOwn,
    }) => `<tr><td dir="auto" style="padding:10px 14px;border-radius:10px;\
background:${isOwn ? '#e8effd' : '#f2f3f6'}">
<div style="font-size:13px;color:#5b616e"><b style="color:#15171c">${escapeHtml(who)}</b> · ${escapeHtml(when)}</div>
${lines.map((line) => `<div style="white-space:pre-wrap;overflow-wrap:anywhere">${escapeHtml(line)}</div>`).join('\n')}
</td></tr><tr><td style="height:8px"></td></tr>`,
  );
  // On the body's first element too: many mail programs drop what stands on those around it.
  const dir = directionOf(locale);
  return `<!doctype html>
<html lang="${escapeHtml(locale)}" dir="${dir}"><body style="margin:0;padding:24px;background:#fff;color:#15171c;\
font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<div dir="${dir}" style="max-width:600px;margin:0 auto">
${paragraphs(head, 'margin:0 0 16px')}
<table role="presentation" cellspacing="0" cellpadding="0" style="width:100%;border-collapse:separate">
${rows.join('\n')}
</table>
${paragraphs(foot, 'margin:12px 0 0;font-size:13px;color:#5b616e')}
</div></body></html>
`;
}

/** In which a language that is spoken here is written. */
export const directionOf = (locale: string): 'ltr' | 'rtl' =>
  /^(?:ar|he)\b/.test(locale) ? 'rtl' : 'ltr';

/** Names stand in headers and first lines: they break none. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

export function knownLocale(locale: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale.replaceAll('_', '-'))[0] ?? 'en';
  } catch (error) {
    if (error instanceof RangeError) return 'en';
    throw error;
  }
}
