import type { Invitation } from '@parley/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { Mail } from 'lucide-react';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { formatDateTime } from '../../i18n/time.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Card } from '../../ui/page.tsx';

/** Who was invited and has not come yet. */
export function Invitations({
  invitations,
  siteId,
}: {
  invitations: readonly Invitation[];
  siteId: number;
}) {
  const chat = useChat();
  const queries = useQueryClient();
  const say = useToast();

  async function withdraw(id: number) {
    try {
      await chat.request('DELETE', `/admin/sites/${siteId}/invitations/${id}`);
      await queries.invalidateQueries({ queryKey: ['members', siteId] });
    } catch (error) {
      say(messageOf(error));
    }
  }

  return (
    <Card>
      <ul className="divide-y divide-line">
        {invitations.map(({ id, email, role, expires_at }) => (
          <li key={id} className="flex items-center gap-3 px-4 py-3">
            <Mail size={17} aria-hidden className="shrink-0 text-muted" />
            <div className="min-w-0 grow">
              <p className="truncate font-medium">{email}</p>
              <p className="truncate text-sm text-muted">
                {t(`role.${role}`)} ·{' '}
                {t('invitations.until', { time: formatDateTime(expires_at * 1_000) })}
              </p>
            </div>
            <Button
              aria-label={t('invitations.withdrawOne', { email })}
              onClick={() => void withdraw(id)}
            >
              {t('invitations.withdraw')}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
