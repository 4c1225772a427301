import type { Webhook, WebhooksAnswer, WebhookSecretAnswer } from '@parley/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { KeyRound, Pencil, Power, SendHorizontal, Trash2, Unplug } from 'lucide-react';
import { useState } from 'react';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { formatDateTime } from '../../i18n/time.ts';
import { t } from '../../i18n/translate.ts';
import { Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Loaded, Section } from '../../ui/page.tsx';
import { Question } from '../ui/question.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';
import { useChange } from '../ui/use-change.ts';
import { Deliveries } from './deliveries.tsx';
import { LIST, LOG } from './events.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { StatePill } from './state-pill.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';

/** One webhook: what it hears of, how it is, and what was sent. */
export function WebhookPage() {
  const chat = useChat();
  const { webhookId } = useParams({ from: '/app/settings/webhooks/$webhookId' });
  const query = useQuery({
    queryKey: [LIST],
    queryFn: () => chat.request<WebhooksAnswer>('GET', '/admin/webhooks'),
  });
  return (
    <SettingsPage title={t('webhooks.title')} back="/settings/webhooks">
      <Loaded query={query}>
        {({ webhooks }) => {
          const webhook = webhooks.find(({ id }) => String(id) === webhookId);
          return webhook === undefined ? (
            <Blank icon={<Unplug size={22} />} title={t('app.notFound.title')} />
          ) : (
            <OneWebhook webhook={webhook} />
          );
        }}
      </Loaded>
    </SettingsPage>
  );
}

function OneWebhook({ webhook }: { webhook: Webhook }) {
  return (
    <>
      <div className="mb-7 flex flex-col gap-4">
        <div className="flex flex-wrap items-center gap-3">
          <h2 className="min-w-0 font-mono text-sm font-medium [overflow-wrap:anywhere]">
            {webhook.url}
          </h2>
          <StatePill webhook={webhook} />
        </div>
        <Condition webhook={webhook} />
        <ul className="flex flex-wrap gap-1.5">
          {webhook.events.map((event) => (
            <li key={event} className="rounded-md bg-sunken px-2 py-0.5 text-xs text-soft">
              {t(`webhooks.event.${event}`)}
            </li>
          ))}
        </ul>
        <Actions webhook={webhook} />
      </div>
      <Section title={t('webhooks.log')} text={t('webhooks.log.text')}>
        <Deliveries webhookId={webhook.id} />
      </Section>
    </>
  );
}

/** What is not as it should be, and what to do. */
function Condition({ webhook }: { webhook: Webhook }) {
  const { off, off_at, failing_since, old_secret_until } = webhook;
  const at = (seconds: number | null): string => formatDateTime((seconds ?? 0) * 1_000);
  return (
    <>
      {off !== null && (
        <p className="rounded-lg bg-late-soft px-3 py-2.5 text-sm text-late">
          {t(`webhooks.off.${off}`, { time: at(off_at) })}
        </p>
      )}
      {off === null && failing_since !== null && (
        <p className="rounded-lg bg-wait-soft px-3 py-2.5 text-sm text-wait">
          {t('webhooks.failing.text', { time: at(failing_since) })}
        </p>
      )}
      {old_secret_until !== null && (
        <p className="text-sm text-muted">
          {t('webhooks.secret.both', { time: at(old_secret_until) })}
        </p>
      )}
    </>
  );
}

type Asking =
  | { readonly state: 'nothing' | 'change' | 'secret' | 'delete' }
  | { readonly state: 'renewed'; readonly secret: string };

function Actions({ webhook }: { webhook: Webhook }) {
  const chat = useChat();
  const queries = useQueryClient();
  const change = useChange(LIST);
  const say = useToast();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asking>({ state: 'nothing' });
  const close = () => setAsking({ state: 'nothing' });
  const path = `/admin/webhooks/${webhook.id}`;

  async function test() {
    try {
      await chat.request('POST', `${path}/test`);
      say(t('webhooks.test.sent'));
      await queries.invalidateQueries({ queryKey: [LOG, webhook.id] });
    } catch (error) {
      say(messageOf(error));
    }
  }

  async function renew() {
    try {
      const { secret } = await chat.request<WebhookSecretAnswer>('POST', `${path}/secret`);
      setAsking({ state: 'renewed', secret });
      await queries.invalidateQueries({ queryKey: [LIST] });
    } catch (error) {
      close();
      say(messageOf(error));
    }
  }

  async function remove() {
    await change('DELETE', path);
    await navigate({ to: '/settings/webhooks' });
  }

  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => void test()}>
        <SendHorizontal size={15} aria-hidden />
        {t('webhooks.test')}
      </Button>
      <Button onClick={() => setAsking({ state: 'change' })}>
        <Pencil size={15} aria-hidden />
        {t('webhooks.edit')}
      </Button>
      <Button onClick={() => setAsking({ state: 'secret' })}>
        <KeyRound size={15} aria-hidden />
        {t('webhooks.secret.renew')}
      </Button>
      <Button onClick={() => void change('PATCH', path, { on: webhook.off !== null })}>
        <Power size={15} aria-hidden />
        {t(webhook.off === null ? 'webhooks.switchOff' : 'webhooks.switchOn')}
      </Button>
      <Button onClick={() => setAsking({ state: 'delete' })}>
        <Trash2 size={15} aria-hidden />
        {t('webhooks.delete')}
      </Button>
      {asking.state === 'change' && <WebhookDialog webhook={webhook} onClose={close} />}
      {asking.state === 'secret' && (
        <Question
          title={t('webhooks.secret.renew')}
          text={t('webhooks.secret.renew.text')}
          yes={t('webhooks.secret.renew')}
          onYes={() => void renew()}
          onClose={close}
        />
      )}
      {asking.state === 'delete' && (
        <Question
          title={t('webhooks.delete.title')}
          text={t('webhooks.delete.text', { url: webhook.url })}
          yes={t('webhooks.delete')}
          danger
          onYes={() => void remove()}
          onClose={close}
        />
      )}
      {asking.state === 'renewed' && <SecretDialog secret={asking.secret} onClose={close} />}
    </div>
  );
}
