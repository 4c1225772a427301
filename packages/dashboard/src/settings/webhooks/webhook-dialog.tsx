import {
  roleMay,
  type Webhook,
  type WebhookEvent,
  type WebhookSecretAnswer,
} from '@parley/protocol';
import { useState } from 'react';
import { useChat, useMe } from '../../chat-context.tsx';
import { t } from '../../i18n/translate.ts';
import { Field, Select, TextInput } from '../../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { EVENTS, LIST } from './events.ts';

const ALL_SITES = 'all';
/** What most want to hear of. */
const USUAL: readonly WebhookEvent[] = ['message.created', 'conversation.created'];

/** A new one, or what may be changed of one. */
export function WebhookDialog({
  webhook,
  onClose,
  onSecret,
}: {
  webhook: Webhook | null;
  onClose: () => void;
  /** Of one that was made. */
  onSecret?: (secret: string) => void;
}) {
  const chat = useChat();
  const { sites } = useMe();
  const managed = sites.filter(({ role }) => roleMay(role, 'webhooks.manage'));
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [events, setEvents] = useState<readonly WebhookEvent[]>(webhook?.events ?? USUAL);
  const [place, setPlace] = useState(String(managed[0]?.id ?? ALL_SITES));
  let secret: string | null = null;

  async function save() {
    if (webhook !== null) {
      return chat.request('PATCH', `/admin/webhooks/${webhook.id}`, { url: url.trim(), events });
    }
    const site_id = place === ALL_SITES ? null : Number(place);
    const body = { site_id, url: url.trim(), events };
    const made = await chat.request<WebhookSecretAnswer>('POST', '/admin/webhooks', body);
    secret = made.secret;
    return made;
  }

  return (
    <FormDialog
      title={t(webhook === null ? 'webhooks.new' : 'webhooks.change')}
      submit={t(webhook === null ? 'webhooks.create' : 'settings.save')}
      list={LIST}
      fields={['url']}
      ready={url.trim() !== '' && events.length > 0}
      save={save}
      onClose={() => {
        if (secret !== null && onSecret !== undefined) onSecret(secret);
        else onClose();
      }}
    >
      {(faults) => (
        <>
          <Field label={t('webhooks.url')} hint={t('webhooks.url.hint')} error={faults['url']}>
            <TextInput
              type="url"
              inputMode="url"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={2_000}
              className="font-mono"
              placeholder="https://hooks.example/parley"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          </Field>
          {webhook === null && (
            <Field label={t('webhooks.site')}>
              <Select
                value={place}
                choices={[
                  ...managed.map(({ id, name }) => ({ value: String(id), text: name })),
                  { value: ALL_SITES, text: t('webhooks.allSites') },
                ]}
                onChange={setPlace}
              />
            </Field>
          )}
          <fieldset className="flex flex-col gap-1">
            <legend className="mb-1.5 font-medium">{t('webhooks.events')}</legend>
            {EVENTS.map((event) => (
              <label key={event} className="flex min-h-8 items-center gap-2.5 max-md:min-h-10">
                <input
                  type="checkbox"
                  className="size-4 shrink-0 accent-accent"
                  checked={events.includes(event)}
                  onChange={({ target }) =>
                    setEvents(
                      EVENTS.filter((one) =>
                        one === event ? target.checked : events.includes(one),
                      ),
                    )
                  }
                />
                <span className="min-w-0 grow">{t(`webhooks.event.${event}`)}</span>
                <code className="font-mono text-xs text-muted max-sm:hidden">{event}</code>
              </label>
            ))}
          </fieldset>
        </>
      )}
    </FormDialog>
  );
}
