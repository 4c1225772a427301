import type { ProactiveMessage } from '@parley/protocol';
import { MessageCircleMore, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { Blank } from '../../ui/blank.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Field, TextInput } from '../../ui/form.tsx';
import { Card, Section } from '../../ui/page.tsx';
import { Preview } from './preview.tsx';
import type { TabProps } from './site-page.tsx';

const MESSAGES_MAX = 10;
const AFTER_S_MAX = 3_600;

/** What the site says by itself to who stays on a page, with a picture of it beside. */
export function ProactiveTab({ draft, faults, set }: TabProps) {
  const { proactive } = draft.settings;
  const [looked, setLooked] = useState(0);
  const replace = (index: number, part: Partial<ProactiveMessage>) =>
    set({ proactive: proactive.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  const add = () => {
    set({ proactive: [...proactive, { page: '/*', after_s: 10, text: '' }] });
    setLooked(proactive.length);
  };
  const addButton = (
    <Button disabled={proactive.length >= MESSAGES_MAX} onClick={add}>
      <Plus size={15} aria-hidden />
      {t('proactive.add')}
    </Button>
  );
  const shown = proactive[looked] ?? proactive[0];
  return (
    <div className="flex gap-10 max-lg:flex-col">
      <div className="min-w-0 grow">
        <Section
          title={t('proactive.title')}
          text={t('proactive.text')}
          actions={proactive.length > 0 && addButton}
        >
          {proactive.length === 0 && (
            <Blank
              icon={<MessageCircleMore size={22} />}
              title={t('proactive.none.title')}
              text={t('proactive.none.text')}
            >
              {addButton}
            </Blank>
          )}
          {proactive.map((message, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- nothing is moved: a message is its place
            <Card key={index} className="p-4">
              <div onFocus={() => setLooked(index)}>
                <MessageFields
                  message={message}
                  place={index + 1}
                  faultOf={(name) => faults[`settings.proactive.${index}.${name}`]}
                  onChange={(part) => replace(index, part)}
                  onRemove={() => set({ proactive: proactive.filter((_, at) => at !== index) })}
                />
              </div>
            </Card>
          ))}
        </Section>
      </div>
      <div className="w-80 shrink-0 max-lg:w-full">
        <Preview settings={draft.settings} teaser={shown?.text ?? null} />
      </div>
    </div>
  );
}

function MessageFields({
  message,
  place,
  faultOf,
  onChange,
  onRemove,
}: {
  message: ProactiveMessage;
  /** From 1. */
  place: number;
  faultOf: (name: keyof ProactiveMessage) => string | undefined;
  onChange: (part: Partial<ProactiveMessage>) => void;
  onRemove: () => void;
}) {
  return (
    <div
      role="group"
      aria-label={t('proactive.message', { place })}
      className="flex flex-col gap-4"
    >
      <div className="flex items-start gap-2">
        <Field label={t('proactive.words')} error={faultOf('text')} className="grow">
          <TextInput
            value={message.text}
            maxLength={200}
            placeholder={t('proactive.words.example')}
            onChange={(event) => onChange({ text: event.target.value })}
          />
        </Field>
        <IconButton
          label={t('proactive.remove', { place })}
          className="mt-7 max-md:mt-7.5"
          onClick={onRemove}
        >
          <Trash2 size={16} aria-hidden />
        </IconButton>
      </div>
      <div className="grid gap-4 sm:grid-cols-[1fr_9rem]">
        <Field label={t('proactive.page')} hint={t('proactive.page.hint')} error={faultOf('page')}>
          <TextInput
            value={message.page}
            maxLength={200}
            spellCheck={false}
            className="font-mono"
            onChange={(event) => onChange({ page: event.target.value })}
          />
        </Field>
        <Field label={t('proactive.after')} error={faultOf('after_s')}>
          <TextInput
            type="number"
            min={0}
            max={AFTER_S_MAX}
            value={message.after_s}
            onChange={({ target }) => onChange({ after_s: secondsOf(target.value) })}
          />
        </Field>
      </div>
    </div>
  );
}

const secondsOf = (text: string) =>
  Math.min(AFTER_S_MAX, Math.max(0, Math.round(Number(text) || 0)));
