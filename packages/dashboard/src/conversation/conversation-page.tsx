import { useNavigate, useParams } from '@tanstack/react-router';
import { SearchX, X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useMe } from '../chat-context.tsx';
import { t } from '../i18n/translate.ts';
import { useTitle } from '../inbox/use-attention.ts';
import { useMentionsSeen } from '../inbox/use-people.ts';
import { visitorName } from '../inbox/visitor-name.ts';
import { Bar, Blank } from '../ui/blank.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { useMedia } from '../ui/media.ts';
import { readStorage, writeStorage } from '../ui/preference.ts';
import { Composer } from './composer.tsx';
import { BackToInbox, ConversationHeader } from './conversation-header.tsx';
import { Drafts } from './draft.ts';
import { MessageLog } from './message-log.tsx';
import { TypingRow } from './typing-row.tsx';
import { useOpenConversation } from './use-open-conversation.ts';
import { VisitorPanel } from './visitor/visitor-panel.tsx';

export function ConversationPage() {
  const { id } = useParams({ from: '/app/chatbot/$id' });
  const conversationId = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : null;
  return conversationId === null ? (
    <NotFound />
  ) : (
    // Another conversation is another page: no state of one reaches the next.
    <Opened key={conversationId} id={conversationId} />
  );
}

function Opened({ id }: { id: number }) {
  const { agent } = useMe();
  const wide = useMedia('wide');
  const { open, view } = useOpenConversation(id);
  const drafts = useMemo(() => new Drafts(browserDrafts, agent.id), [agent.id]);
  // Beside the conversation where there is room, over it where there is not: then only if asked for.
  const [panel, setPanel] = useState<'default' | 'shown' | 'hidden'>('default');
  const panelShown = panel === 'shown' || (panel === 'default' && wide);
  const name = view.status === 'ready' ? visitorName(view.conversation.visitor) : t('inbox.title');
  useTitle(name);
  useMentionsSeen(id);

  if (view.status === 'not-found') return <NotFound />;
  if (view.status === 'loading' || open === null) return <ConversationSkeleton />;
  return (
    <div className="relative flex h-full min-w-0">
      <section
        aria-label={visitorName(view.conversation.visitor)}
        className="flex min-w-0 grow flex-col"
      >
        <ConversationHeader
          open={open}
          conversation={view.conversation}
          colleagues={view.colleagues}
          panelShown={panelShown}
          onTogglePanel={() => setPanel(panelShown ? 'hidden' : 'shown')}
        />
        <MessageLog open={open} view={view} />
        <TypingRow
          typing={view.typing}
          name={visitorName(view.conversation.visitor)}
          colleagues={view.colleagues}
        />
        {view.conversation.blocked === true && (
          <p className="px-4 pb-2 text-center text-xs text-late">{t('conversation.isBlocked')}</p>
        )}
        {view.conversation.status === 'resolved' && (
          <p className="px-4 pb-2 text-center text-xs text-muted">{t('conversation.isResolved')}</p>
        )}
        <Composer
          open={open}
          view={view}
          drafts={drafts}
          visitorName={visitorName(view.conversation.visitor)}
        />
      </section>
      {panelShown && (
        <SidePanel over={!wide} onClose={() => setPanel('hidden')}>
          <VisitorPanel conversation={view.conversation} />
        </SidePanel>
      )}
    </div>
  );
}

const browserDrafts = { read: readStorage, write: writeStorage };

function SidePanel({
  over,
  onClose,
  children,
}: {
  over: boolean;
  onClose: () => void;
  children: React.ReactNode;
}) {
  useEffect(() => {
    if (!over) return undefined;
    const close = (event: KeyboardEvent) => event.key === 'Escape' && onClose();
    window.addEventListener('keydown', close);
    return () => window.removeEventListener('keydown', close);
  }, [over, onClose]);
  return (
    <>
      {over && (
        // For the pointer alone; Escape and the button close it too.
        <div aria-hidden onClick={onClose} className="absolute inset-0 z-20 bg-ink/15" />
      )}
      <aside
        aria-label={t('visitor.panel')}
        className={cx(
          'shrink-0 border-l border-line bg-surface',
          over
            ? 'absolute inset-y-0 right-0 z-20 w-80 max-w-[88%] animate-rise shadow-pop'
            : 'w-72 min-[1500px]:w-80',
        )}
      >
        {over && (
          <IconButton
            label={t('visitor.panel.hide')}
            onClick={onClose}
            className="absolute top-2.5 right-2.5"
          >
            <X size={17} aria-hidden />
          </IconButton>
        )}
        {children}
      </aside>
    </>
  );
}

function ConversationSkeleton() {
  const phone = useMedia('phone');
  return (
    <div
      role="group"
      aria-busy="true"
      aria-label={t('conversation.loading')}
      className="flex h-full flex-col"
    >
      <div className="flex h-14 shrink-0 items-center gap-3 border-b border-line px-5 max-md:pl-1">
        {phone && <BackToInbox />}
        <Bar className="h-3.5 w-36" />
      </div>
      <div className="flex grow flex-col justify-end gap-4 overflow-hidden p-5">
        <Bar className="h-10 w-2/5" />
        <Bar className="h-16 w-1/2" />
        <Bar className="h-10 w-1/3 self-end" />
        <Bar className="mt-8 h-22 w-full" />
      </div>
    </div>
  );
}

function NotFound() {
  const navigate = useNavigate();
  const phone = useMedia('phone');
  useTitle(t('conversation.notFound.title'));
  return (
    <Blank
      level={phone ? 'h1' : 'h2'}
      icon={<SearchX size={22} />}
      title={t('conversation.notFound.title')}
      text={t('conversation.notFound.text')}
    >
      <Button onClick={() => void navigate({ to: '/chatbot', search: true })}>
        {t('app.backToInbox')}
      </Button>
    </Blank>
  );
}
