import { LIMITS, type VisitorNote } from '@parley/protocol';
import { Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../chat-context.tsx';
import { formatAgo } from '../../i18n/time.ts';
import { t } from '../../i18n/translate.ts';
import { useNow_ms } from '../../ui/clock.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Part } from './fact.tsx';
import type { KnownVisitor } from './use-visitor.ts';

/** What agents note of the visitor, for whichever conversation comes next. */
export function VisitorNotes({
  notes,
  siteId,
  change,
}: {
  notes: readonly VisitorNote[];
  siteId: number;
  change: KnownVisitor['change'];
}) {
  const { agent, sites } = useMe();
  const role = sites.find(({ id }) => id === siteId)?.role;
  const now_s = useNow_ms('quarterMinute') / 1000;
  return (
    <Part title={t('visitor.notes')}>
      {notes.length > 0 && (
        <ul className="mb-3 flex flex-col gap-2">
          {notes.map((note) => (
            <li key={note.id} className="rounded-lg border border-note-line bg-note px-3 py-2">
              <p dir="auto" className="prose-message">
                {note.text}
              </p>
              <p className="mt-1 flex items-center gap-1 text-xs text-note-ink">
                <span className="min-w-0 grow truncate">
                  {note.agent_name} · {formatAgo(note.timestamp, now_s)}
                </span>
                {(note.agent_id === agent.id || role !== 'agent') && (
                  <IconButton
                    label={t('visitor.notes.delete')}
                    className="-my-2 -mr-2 text-note-ink"
                    onClick={() => void change('DELETE', `/notes/${note.id}`)}
                  >
                    <Trash2 size={14} aria-hidden />
                  </IconButton>
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
      <AddNote change={change} />
    </Part>
  );
}

function AddNote({ change }: { change: KnownVisitor['change'] }) {
  const [text, setText] = useState('');
  const [saving, setSaving] = useState(false);
  const sendable = text.trim() !== '' && !saving;

  async function save(event: FormEvent) {
    event.preventDefault();
    if (!sendable) return;
    setSaving(true);
    // What could not be saved stays to be tried again.
    if (await change('POST', '/notes', { text })) setText('');
    setSaving(false);
  }

  return (
    <form onSubmit={(event) => void save(event)} className="flex flex-col items-end gap-2">
      <textarea
        rows={text === '' ? 1 : 3}
        aria-label={t('visitor.notes.text')}
        placeholder={t('visitor.notes.placeholder')}
        maxLength={LIMITS.visitorNote_chars}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="w-full resize-none rounded-lg border border-line-strong/60 bg-surface px-3 py-1.5 text-sm placeholder:text-muted max-md:text-lg"
      />
      {text !== '' && (
        <Button type="submit" disabled={!sendable}>
          {t('visitor.notes.add')}
        </Button>
      )}
    </form>
  );
}
