import { useNavigate } from '@tanstack/react-router';
import { ArrowRight, CircleCheckBig } from 'lucide-react';
import { useMemo } from 'react';
import { useChat, useMe } from '../chat-context.tsx';
import { useStore } from '../ui/use-store.ts';
import { t } from '../i18n/translate.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Blank } from '../ui/blank.tsx';
import { Button } from '../ui/button.tsx';
import { arrange, longestWaiting, waitingSince } from './arrange.ts';
import { WaitText } from './wait.tsx';
import { FirstSteps } from './first-steps.tsx';
import { previewOf } from './preview.ts';
import { useAnyConversation } from './use-any-conversation.ts';
import { useTitle } from './use-attention.ts';
import { visitorName } from './visitor-name.ts';

/** Beside the list while no conversation is open: who waits, how long, what they said. */
export function Overview() {
  const chat = useChat();
  const { sites } = useMe();
  const inbox = useStore(chat.inbox);
  const rows = useMemo(() => arrange(inbox.entries), [inbox.entries]);
  const empty = !inbox.loading && inbox.entries.length === 0;
  const any = useAnyConversation(empty);
  useTitle(t('inbox.title'));
  if (empty && any === false) return <FirstSteps sites={sites} />;
  if (inbox.loading && rows.length === 0) return null;
  const longest = longestWaiting(rows);
  if (longest === null) {
    return (
      <Blank
        icon={<CircleCheckBig size={22} />}
        title={t('inbox.overview.clear.title')}
        text={t('inbox.overview.clear.text')}
      />
    );
  }
  const waiting = rows.filter((row) => row.kind === 'entry' && row.group === 'waiting').length;
  return <Waiting count={waiting} longest={longest} />;
}

function Waiting({
  count,
  longest,
}: {
  count: number;
  longest: NonNullable<ReturnType<typeof longestWaiting>>;
}) {
  const navigate = useNavigate();
  const { agent } = useMe();
  return (
    <div className="flex h-full flex-col items-center justify-center gap-6 overflow-y-auto p-8">
      <h2 className="text-2xl font-semibold tracking-tight">
        {t('inbox.overview.waiting', { count })}
      </h2>
      <div className="flex w-full max-w-md flex-col gap-4 rounded-2xl border border-line bg-raised p-5 shadow-low">
        <div className="flex items-center gap-3">
          <Avatar name={longest.visitor.name} seed={`visitor:${longest.visitor.id}`} />
          <div className="min-w-0 grow">
            <div className="truncate font-semibold">{visitorName(longest.visitor)}</div>
            <div className="text-sm">
              <WaitText since_s={waitingSince(longest) ?? 0} />
            </div>
          </div>
        </div>
        <p className="line-clamp-3 prose-message text-soft">{previewOf(longest, agent.name)}</p>
        <Button
          look="primary"
          className="self-start"
          onClick={() =>
            void navigate({
              to: '/chatbot/$id',
              params: { id: String(longest.id) },
              search: true,
            })
          }
        >
          {t('inbox.overview.open')}
          <ArrowRight size={15} aria-hidden />
        </Button>
      </div>
    </div>
  );
}
