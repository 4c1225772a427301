import type { OwnSession } from '@parley/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { Monitor, Smartphone } from 'lucide-react';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { formatAgo } from '../../i18n/time.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { useNow_ms } from '../../ui/clock.ts';
import { useToast } from '../../ui/toast.tsx';
import { Card, Section } from '../../ui/page.tsx';
import { deviceOf } from './device.ts';

/** Where one is signed in, each to be ended from here. */
export function Sessions({ sessions }: { sessions: readonly OwnSession[] }) {
  const chat = useChat();
  const queries = useQueryClient();
  const say = useToast();
  const now_s = useNow_ms('quarterMinute') / 1_000;

  const others = sessions.filter(({ current }) => !current).map(({ id }) => id);

  async function end(ids: readonly string[]) {
    try {
      for (const id of ids) await chat.request('DELETE', `/admin/profile/sessions/${id}`);
      await queries.invalidateQueries({ queryKey: ['profile'] });
    } catch (error) {
      say(messageOf(error));
    }
  }

  return (
    <Section
      title={t('sessions.title')}
      text={t('sessions.text')}
      actions={
        others.length > 0 && (
          <Button onClick={() => void end(others)}>{t('sessions.endOthers')}</Button>
        )
      }
    >
      <Card>
        <ul className="divide-y divide-line">
          {sessions.map((session) => {
            const { name, phone } = deviceOf(session.user_agent);
            const Icon = phone ? Smartphone : Monitor;
            return (
              <li key={session.id} className="flex items-center gap-3 px-4 py-3">
                <Icon size={18} aria-hidden className="shrink-0 text-muted" />
                <div className="min-w-0 grow">
                  <p className="truncate font-medium">{name}</p>
                  <p className="truncate text-sm text-muted">
                    {session.address} ·{' '}
                    {session.current
                      ? t('sessions.current')
                      : t('sessions.seen', { ago: formatAgo(session.last_seen_at, now_s) })}
                  </p>
                </div>
                {!session.current && (
                  <Button
                    aria-label={t('sessions.endOne', { name })}
                    onClick={() => void end([session.id])}
                  >
                    {t('sessions.end')}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      </Card>
    </Section>
  );
}
