import type { CannedRepliesAnswer, CannedReply } from '@parley/protocol';
import { roleMay } from '@parley/protocol';
import { useQuery } from '@tanstack/react-query';
import { MessageSquareQuote, Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { useChat, useMe } from '../../chat-context.tsx';
import { t } from '../../i18n/translate.ts';
import { Blank } from '../../ui/blank.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Field, Select, TextArea, TextInput } from '../../ui/form.tsx';
import { DeleteButton } from '../ui/delete-button.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Card, Loaded } from '../../ui/page.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';
import { useChange } from '../ui/use-change.ts';

const LIST = 'canned-replies';
/** What stands for something else, the same in every language. */
const VARIABLES = '{{visitor.name}}, {{visitor.email}}, {{agent.name}}, {{site.name}}';
type Editing = CannedReply | 'new' | null;

/** Texts to insert by `/`, of one's sites and one's own. */
export function CannedPage() {
  const chat = useChat();
  const { sites } = useMe();
  const [editing, setEditing] = useState<Editing>(null);
  const query = useQuery({
    queryKey: [LIST],
    queryFn: () => chat.request<CannedRepliesAnswer>('GET', '/admin/canned-replies'),
  });
  return (
    <SettingsPage
      title={t('settings.canned')}
      text={t('canned.text')}
      actions={
        sites.length > 0 && (
          <Button look="primary" onClick={() => setEditing('new')}>
            <Plus size={15} aria-hidden />
            {t('canned.new')}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {({ replies }) =>
          replies.length === 0 ? (
            <Blank
              icon={<MessageSquareQuote size={22} />}
              title={t('canned.none.title')}
              text={t('canned.none.text')}
            />
          ) : (
            <Card>
              <ul className="divide-y divide-line">
                {replies.map((reply) => (
                  <CannedRow key={reply.id} reply={reply} onEdit={() => setEditing(reply)} />
                ))}
              </ul>
            </Card>
          )
        }
      </Loaded>
      {editing !== null && <CannedDialog editing={editing} onClose={() => setEditing(null)} />}
    </SettingsPage>
  );
}

function CannedRow({ reply, onEdit }: { reply: CannedReply; onEdit: () => void }) {
  const { sites } = useMe();
  const change = useChange(LIST);
  const site = sites.find(({ id }) => id === reply.site_id);
  const mayChange = reply.own || (site !== undefined && roleMay(site.role, 'replies.manage'));
  const name = `/${reply.shortcut}`;
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-mono text-sm font-medium">{name}</span>
          <span className="rounded-md bg-sunken px-2 py-0.5 text-xs text-soft">
            {reply.own ? t('canned.own') : (site?.name ?? '')}
          </span>
        </p>
        <p className="mt-1 line-clamp-2 text-muted">{reply.text}</p>
      </div>
      {mayChange && (
        <div className="flex shrink-0">
          <IconButton label={t('canned.edit', { name })} onClick={onEdit}>
            <Pencil size={15} aria-hidden />
          </IconButton>
          <DeleteButton
            label={t('canned.delete', { name })}
            name={name}
            text={t('canned.delete.text')}
            onDelete={() => change('DELETE', `/admin/canned-replies/${reply.id}`)}
          />
        </div>
      )}
    </li>
  );
}

function CannedDialog({
  editing,
  onClose,
}: {
  editing: Exclude<Editing, null>;
  onClose: () => void;
}) {
  const chat = useChat();
  const { sites } = useMe();
  const [shortcut, setShortcut] = useState(editing === 'new' ? '' : editing.shortcut);
  const [text, setText] = useState(editing === 'new' ? '' : editing.text);
  const places = sites.flatMap(({ id, name, role }) => {
    const own = {
      value: `own ${id}`,
      text: sites.length > 1 ? t('canned.forMeOn', { site: name }) : t('canned.forMe'),
    };
    if (!roleMay(role, 'replies.manage')) return [own];
    return [{ value: `site ${id}`, text: t('canned.forSite', { site: name }) }, own];
  });
  const [place, setPlace] = useState(places[0]?.value ?? '');

  function save(): Promise<unknown> {
    if (editing !== 'new') {
      const path = `/admin/canned-replies/${editing.id}`;
      return chat.request('PATCH', path, { shortcut, text });
    }
    const [kind, id] = place.split(' ');
    return chat.request('POST', '/admin/canned-replies', {
      site_id: Number(id),
      shortcut,
      text,
      own: kind === 'own',
    });
  }

  return (
    <FormDialog
      title={t(editing === 'new' ? 'canned.new' : 'canned.change')}
      submit={t(editing === 'new' ? 'canned.create' : 'settings.save')}
      list={LIST}
      fields={['shortcut', 'text']}
      ready={shortcut !== '' && text.trim() !== ''}
      save={save}
      onClose={onClose}
    >
      {(faults) => (
        <>
          <Field
            label={t('canned.shortcut')}
            hint={t('canned.shortcut.hint')}
            error={faults['shortcut']}
          >
            <TextInput
              value={shortcut}
              maxLength={40}
              autoCapitalize="none"
              spellCheck={false}
              className="font-mono"
              onChange={(event) => setShortcut(event.target.value.replace(/^\/+/, ''))}
            />
          </Field>
          <Field
            label={t('canned.words')}
            hint={t('canned.words.hint', { names: VARIABLES })}
            error={faults['text']}
          >
            <TextArea
              rows={5}
              value={text}
              maxLength={10_000}
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
          {editing === 'new' && (
            <Field label={t('canned.who')}>
              <Select value={place} choices={places} onChange={setPlace} />
            </Field>
          )}
        </>
      )}
    </FormDialog>
  );
}
