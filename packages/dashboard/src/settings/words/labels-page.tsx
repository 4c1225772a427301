import type { Label, LabelColor, LabelsAnswer } from '@parley/protocol';
import { useQuery } from '@tanstack/react-query';
import { Plus, Tag } from 'lucide-react';
import { useState } from 'react';
import { useChat } from '../../chat-context.tsx';
import { t } from '../../i18n/translate.ts';
import { LabelDot } from '../../inbox/label-mark.tsx';
import { Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Select, TextInput } from '../../ui/form.tsx';
import { DeleteButton } from '../ui/delete-button.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Card, Loaded } from '../../ui/page.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';
import { type ManagedSite, SitePicker, useManagedSite } from '../ui/site-picker.tsx';
import { useChange } from '../ui/use-change.ts';

const LIST = 'labels';
const COLOURS = [
  'gray',
  'red',
  'orange',
  'amber',
  'green',
  'teal',
  'blue',
  'violet',
  'pink',
] as const satisfies readonly LabelColor[];

const choices = COLOURS.map((value) => ({ value, text: t(`labels.${value}`) }));

/** What the conversations of a site can be marked with. */
export function LabelsPage() {
  const chat = useChat();
  const { site, sites, choose } = useManagedSite('labels.manage');
  const [creating, setCreating] = useState(false);
  const query = useQuery({
    queryKey: [LIST],
    queryFn: () => chat.request<LabelsAnswer>('GET', '/admin/labels'),
  });
  return (
    <SettingsPage
      title={t('settings.labels')}
      text={t('labels.text')}
      actions={
        <>
          <SitePicker site={site} sites={sites} onChange={choose} />
          {site !== null && (
            <Button look="primary" onClick={() => setCreating(true)}>
              <Plus size={15} aria-hidden />
              {t('labels.new')}
            </Button>
          )}
        </>
      }
    >
      <Loaded query={query}>
        {({ labels }) => <Labels labels={labels.filter(({ site_id }) => site_id === site?.id)} />}
      </Loaded>
      {creating && site !== null && <NewLabel site={site} onClose={() => setCreating(false)} />}
    </SettingsPage>
  );
}

function Labels({ labels }: { labels: readonly Label[] }) {
  const change = useChange(LIST);
  if (labels.length === 0) {
    return (
      <Blank icon={<Tag size={22} />} title={t('labels.none.title')} text={t('labels.none.text')} />
    );
  }
  return (
    <Card>
      <ul className="divide-y divide-line">
        {labels.map(({ id, name, color }) => (
          <li key={id} className="flex items-center gap-3 px-4 py-2.5">
            <LabelDot color={color} />
            <span className="min-w-0 grow truncate font-medium">{name}</span>
            <Select
              aria-label={t('labels.colourOf', { name })}
              className="max-w-32"
              value={color}
              choices={choices}
              onChange={(next) => void change('PATCH', `/admin/labels/${id}`, { color: next })}
            />
            <DeleteButton
              label={t('labels.delete', { name })}
              name={name}
              text={t('labels.delete.text')}
              onDelete={() => change('DELETE', `/admin/labels/${id}`)}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function NewLabel({ site, onClose }: { site: ManagedSite; onClose: () => void }) {
  const chat = useChat();
  const [name, setName] = useState('');
  const [color, setColor] = useState<LabelColor>('blue');
  return (
    <FormDialog
      title={t('labels.new')}
      submit={t('labels.create')}
      list={LIST}
      fields={['name']}
      ready={name.trim() !== ''}
      save={() =>
        chat.request('POST', '/admin/labels', { site_id: site.id, name: name.trim(), color })
      }
      onClose={onClose}
    >
      {(faults) => (
        <>
          <Field label={t('labels.name')} error={faults['name']}>
            <TextInput
              value={name}
              maxLength={50}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <Field label={t('labels.colour')}>
            <Select value={color} choices={choices} onChange={setColor} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
