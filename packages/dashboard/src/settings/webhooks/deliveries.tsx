import type {
  DeliveryState,
  WebhookDeliveriesAnswer,
  WebhookDelivery,
  WebhookReplayAnswer,
} from '@parley/protocol';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Clock, RotateCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { formatDateTime, isoTime } from '../../i18n/time.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Select } from '../../ui/form.tsx';
import { Card, Loaded } from '../../ui/page.tsx';
import { LIST, LOG } from './events.ts';

/** While something is about to be tried, the log is looked at this often. */
const SOON_MS = 1_500;
const CALM_MS = 20_000;
const SOON_S = 15;

type Filter = DeliveryState | 'all';
const FILTERS = ['all', 'waiting', 'delivered', 'failed'] as const satisfies readonly Filter[];

/** What was and is to be sent, newest first, each to be opened. */
export function Deliveries({ webhookId }: { webhookId: number }) {
  const chat = useChat();
  const queries = useQueryClient();
  const say = useToast();
  const [filter, setFilter] = useState<Filter>('all');
  const path = `/admin/webhooks/${webhookId}`;
  const query = useInfiniteQuery({
    queryKey: [LOG, webhookId, filter],
    queryFn: ({ pageParam }) => {
      const of = new URLSearchParams({
        ...(filter !== 'all' && { state: filter }),
        ...(pageParam !== null && { before: String(pageParam) }),
      });
      return chat.request<WebhookDeliveriesAnswer>('GET', `${path}/deliveries?${of}`);
    },
    initialPageParam: null as number | null,
    getNextPageParam: (page: WebhookDeliveriesAnswer) =>
      page.has_more ? (page.deliveries.at(-1)?.id ?? null) : null,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ deliveries }) => deliveries.some(isDueSoon)) ? SOON_MS : CALM_MS,
  });

  async function replay(at: string) {
    try {
      const { replayed } = await chat.request<WebhookReplayAnswer>('POST', at);
      say(t('webhooks.log.replayed', { count: replayed }));
      await queries.invalidateQueries({ queryKey: [LOG, webhookId] });
      await queries.invalidateQueries({ queryKey: [LIST] });
    } catch (error) {
      say(messageOf(error));
    }
  }

  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Select
          aria-label={t('webhooks.log.filter')}
          className="max-w-44"
          value={filter}
          choices={FILTERS.map((value) => ({
            value,
            text: t(value === 'all' ? 'webhooks.log.all' : `webhooks.state.${value}`),
          }))}
          onChange={setFilter}
        />
        <Button onClick={() => void replay(`${path}/replay`)}>
          <RotateCcw size={15} aria-hidden />
          {t('webhooks.log.replayAll')}
        </Button>
      </div>
      <Loaded query={query}>
        {({ pages }) => {
          const deliveries = pages.flatMap((page) => page.deliveries);
          if (deliveries.length === 0) {
            return <p className="text-muted">{t('webhooks.log.none')}</p>;
          }
          return (
            <Card>
              <ul className="divide-y divide-line">
                {deliveries.map((delivery) => (
                  <Row
                    key={delivery.id}
                    delivery={delivery}
                    onReplay={() => void replay(`${path}/deliveries/${delivery.id}/replay`)}
                  />
                ))}
              </ul>
            </Card>
          );
        }}
      </Loaded>
      {query.hasNextPage && (
        <Button
          className="self-center"
          disabled={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('webhooks.log.more')}
        </Button>
      )}
    </>
  );
}

function isDueSoon({ state, next_at }: WebhookDelivery): boolean {
  return state === 'waiting' && (next_at ?? 0) < Date.now() / 1_000 + SOON_S;
}

const SIGNS = {
  waiting: <Clock size={16} className="text-wait" />,
  delivered: <CircleCheck size={16} className="text-live" />,
  failed: <CircleAlert size={16} className="text-late" />,
} as const;

function Row({ delivery, onReplay }: { delivery: WebhookDelivery; onReplay: () => void }) {
  const { state, event, status, took_ms, created_at } = delivery;
  return (
    <li>
      <details className="group">
        <summary className="flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2.5 hover:bg-hover">
          <span aria-hidden>{SIGNS[state]}</span>
          <span className="min-w-0 grow font-mono text-sm">{event}</span>
          <span className="text-sm text-soft">
            {t(`webhooks.state.${state}`)}
            {status !== null && ` · ${status}`}
            {took_ms !== null && ` · ${t('webhooks.log.took', { count: took_ms })}`}
          </span>
          <time
            dateTime={isoTime(created_at * 1_000)}
            className="text-sm text-muted max-sm:basis-full max-sm:pl-7"
          >
            {formatDateTime(created_at * 1_000)}
          </time>
        </summary>
        <div className="flex flex-col gap-3 bg-sunken px-4 py-3">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <p className="text-sm text-soft">
              <code className="font-mono text-xs">{delivery.webhook_id}</code> ·{' '}
              {t('webhooks.log.attempts', { count: delivery.attempts })}
              {delivery.next_at !== null &&
                ` · ${t('webhooks.log.next', { time: formatDateTime(delivery.next_at * 1_000) })}`}
            </p>
            <Button onClick={onReplay}>
              <RotateCcw size={15} aria-hidden />
              {t('webhooks.log.replay')}
            </Button>
          </div>
          {delivery.error !== null && <Text title={t('webhooks.log.error')}>{delivery.error}</Text>}
          {delivery.answer !== null && delivery.answer !== '' && (
            <Text title={t('webhooks.log.answer')}>{delivery.answer}</Text>
          )}
          <Text title={t('webhooks.log.payload')}>{indented(delivery.payload)}</Text>
        </div>
      </details>
    </li>
  );
}

function Text({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <p className="mb-1 text-xs font-medium text-muted">{title}</p>
      <pre className="max-h-72 overflow-auto rounded-lg border border-line bg-surface p-3 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
        {children}
      </pre>
    </div>
  );
}

/** It is JSON that the server made. */
function indented(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2);
}
