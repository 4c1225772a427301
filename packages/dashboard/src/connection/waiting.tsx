import type { WaitingWords } from '@parley/client';
import { useNavigate } from '@tanstack/react-router';
import { SendHorizontal } from 'lucide-react';
import { useChat } from '../chat-context.tsx';
import { formatSpan } from '../i18n/time.ts';
import { t } from '../i18n/translate.ts';
import { visitorName } from '../inbox/visitor-name.ts';
import { useNow_ms } from '../ui/clock.ts';
import { MenuItem, MenuLine } from '../ui/menu.tsx';
import { useStore } from '../ui/use-store.ts';

/** What is sent within a moment is not worth a word. */
const UNNOTICED_ms = 2_000;

/** How many messages wait to be sent, beside the word on the connection; nothing while all go at once. */
export function WaitingCount({ waiting }: { waiting: readonly WaitingWords[] }) {
  const now_ms = useNow_ms('second');
  const count = waiting
    .filter(({ since_ms }) => now_ms - since_ms >= UNNOTICED_ms)
    .reduce((sum, one) => sum + one.count, 0);
  return count === 0 ? null : <> · {t('connection.waiting', { count })}</>;
}

/** Where they wait and since when; each opens its conversation. */
export function WaitingItems({ waiting }: { waiting: readonly WaitingWords[] }) {
  const chat = useChat();
  const navigate = useNavigate();
  const { entries } = useStore(chat.inbox);
  const now_ms = useNow_ms('second');
  return (
    <>
      {waiting.map(({ conversationId: id, count, since_ms }) => {
        const entry = entries.find((one) => one.id === id);
        const duration = formatSpan((now_ms - since_ms) / 1000);
        return (
          <MenuItem
            key={id}
            icon={<SendHorizontal size={15} aria-hidden />}
            onSelect={() =>
              void navigate({ to: '/chatbot/$id', params: { id: String(id) }, search: true })
            }
          >
            <span className="flex min-w-0 flex-col py-1">
              <span className="truncate">
                {entry === undefined
                  ? t('connection.waiting.conversation', { id })
                  : visitorName(entry.visitor)}
              </span>
              <span className="text-xs text-muted tabular-nums">
                {t('connection.waiting.since', { count, duration })}
              </span>
            </span>
          </MenuItem>
        );
      })}
      <MenuLine />
    </>
  );
}
