import type { Webhook, WebhooksAnswer } from '@parley/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight, Plus, Webhook as WebhookIcon } from 'lucide-react';
import { useState } from 'react';
import { useChat, useMe } from '../../chat-context.tsx';
import { t } from '../../i18n/translate.ts';
import { Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Loaded } from '../../ui/page.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';
import { LIST } from './events.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { StatePill } from './state-pill.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';

type Making =
  | { readonly state: 'none' | 'asking' }
  | { readonly state: 'made'; readonly secret: string };

/** Who is told of what happens. */
export function WebhooksPage() {
  const chat = useChat();
  const [making, setMaking] = useState<Making>({ state: 'none' });
  const close = () => setMaking({ state: 'none' });
  const query = useQuery({
    queryKey: [LIST],
    queryFn: () => chat.request<WebhooksAnswer>('GET', '/admin/webhooks'),
  });
  return (
    <SettingsPage
      title={t('webhooks.title')}
      text={t('webhooks.text')}
      actions={
        <Button look="primary" onClick={() => setMaking({ state: 'asking' })}>
          <Plus size={15} aria-hidden />
          {t('webhooks.new')}
        </Button>
      }
    >
      <Loaded query={query}>
        {({ webhooks }) =>
          webhooks.length === 0 ? (
            <Blank
              icon={<WebhookIcon size={22} />}
              title={t('webhooks.none.title')}
              text={t('webhooks.none.text')}
            />
          ) : (
            <Card>
              <ul className="divide-y divide-line">
                {webhooks.map((webhook) => (
                  <Row key={webhook.id} webhook={webhook} />
                ))}
              </ul>
            </Card>
          )
        }
      </Loaded>
      {making.state === 'asking' && (
        <WebhookDialog
          webhook={null}
          onClose={close}
          onSecret={(secret) => setMaking({ state: 'made', secret })}
        />
      )}
      {making.state === 'made' && <SecretDialog secret={making.secret} onClose={close} />}
    </SettingsPage>
  );
}

function Row({ webhook }: { webhook: Webhook }) {
  const { sites } = useMe();
  const site = sites.find(({ id }) => id === webhook.site_id);
  return (
    <li>
      <Link
        to="/settings/webhooks/$webhookId"
        params={{ webhookId: String(webhook.id) }}
        className="flex items-center gap-3 px-4 py-3 transition-colors hover:bg-hover"
      >
        <span className="min-w-0 grow">
          <span className="block truncate font-mono text-sm font-medium">{webhook.url}</span>
          <span className="mt-0.5 block truncate text-sm text-muted">
            {webhook.site_id === null ? t('webhooks.allSites') : (site?.name ?? '')} ·{' '}
            {t('webhooks.events.count', { count: webhook.events.length })}
          </span>
        </span>
        <StatePill webhook={webhook} />
        <ChevronRight size={16} aria-hidden className="shrink-0 text-muted" />
      </Link>
    </li>
  );
}
