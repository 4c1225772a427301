import type { InboxEntry } from '@parley/protocol';
import { t } from '../i18n/translate.ts';

/** The last message on one line, with who wrote it where that was not the visitor. */
export function previewOf(entry: InboxEntry, myName: string): string {
  const last = entry.last_message;
  if (last === null) return t('inbox.preview.none');
  const text = last.preview.trim() === '' ? t('inbox.preview.file') : last.preview;
  if (last.private) return t('inbox.preview.note', { text });
  if (last.sender_type === 'visitor' || last.sender_type === 'system') return text;
  if (last.sender_name === null || last.sender_name === myName) {
    return t('inbox.preview.you', { text });
  }
  return t('inbox.preview.agent', { name: last.sender_name, text });
}
