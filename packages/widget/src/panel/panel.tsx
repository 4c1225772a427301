import type { LogMessage, RealtimeState, Typing, VisitorChat, VisitorPhase } from '@parley/client';
import type { Appearance, PublicSite } from '@parley/protocol';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Theme } from '../bridge/bridge.ts';
import type { Language } from '../strings/language.ts';
import { useAttention, useNow } from './attention.ts';
import { ChatProvider, LanguageContext, useLanguage } from './context.ts';
import type { Card } from './card.ts';
import type { Option } from './options.tsx';
import { Header } from './header.tsx';
import { Icon } from './icons.tsx';
import { useLazy } from './lazy.ts';
import { Log } from './log.tsx';
import type { Notebook } from './notebook.ts';
import { isOpen } from './team.ts';
import { applyTheme } from './theme.ts';
import { useStore } from './use-store.ts';
import { Writing } from './writing.tsx';

/** What the page around the panel decides. */
export interface Settings {
  readonly open: boolean;
  /** Whether the page around the panel has the keyboard. */
  readonly pageFocused: boolean;
  /** Null: as the site says. */
  readonly theme: Theme | null;
  readonly language: Language;
  /** What the site said before the visitor came; null: nothing. */
  readonly said: string | null;
  /** Whether the page notifies of what nobody looks at. */
  readonly notify: boolean;
}

export interface PanelProps {
  readonly chat: VisitorChat;
  readonly settings: Settings;
  readonly notebook: Notebook;
  /** What else one can do. */
  readonly more: readonly Option[];
  /** Whether somebody is looking at it (SYNC-12). */
  readonly onAttention: (attended: boolean) => void;
  readonly onNotify: (on: boolean) => void;
  readonly onClose: () => void;
}

export function Panel(props: PanelProps): JSX.Element {
  return (
    <LanguageContext.Provider value={props.settings.language}>
      <ChatProvider value={props.chat}>
        <Conversation {...props} />
      </ChatProvider>
    </LanguageContext.Provider>
  );
}

const loadRows = async () => (await import('./rows.tsx')).Rows;
const loadQuestions = async () => (await import('./questions.tsx')).Questions;

function Conversation(props: PanelProps): JSX.Element {
  const { chat, settings, notebook, onAttention, onNotify, onClose } = props;
  const phase = useStore(chat.phase);
  const view = useStore(chat.view);
  const pending = useStore(chat.pending);
  const realtime = useStore(chat.realtime);
  const unread = useStore(chat.unread);
  const now_ms = useNow();
  const attended = useAttention(settings.open, settings.pageFocused);
  const [editing, setEditing] = useState<LogMessage | null>(null);
  const [writing, setWriting] = useState(false);
  const [sendings, setSendings] = useState(0);
  const [wanted, setWanted] = useState<Card | null>(null);
  const [sound, setSound] = useState(() => notebook.is('sound'));
  const input = useRef<HTMLTextAreaElement>(null);

  const ready = phase.phase === 'ready' ? phase : null;
  const config = ready?.config.site;
  const appearance = config?.appearance ?? notebook.appearance();
  useLook(appearance, settings);

  useEffect(() => {
    if (settings.open) input.current?.focus({ preventScroll: true });
  }, [settings.open]);
  useEscape(editing === null ? onClose : () => setEditing(null));

  const messages = view?.messages ?? pending;
  const started = messages.length > 0;
  const { text } = settings.language;
  const options: Option[] = [...props.more];
  // Of what nobody has answered there is nothing to be kept.
  if (config?.transcript && messages.some(({ sender_type }) => sender_type === 'agent'))
    options.push({
      label: text('transcript'),
      act: () => setWanted({ kind: 'transcript', key: 'transcript' }),
    });
  if (ready !== null)
    options.push(
      {
        label: text('sound'),
        on: sound,
        act() {
          notebook.set('sound', !sound);
          setSound(!sound);
        },
      },
      { label: text('notify'), on: settings.notify, act: () => onNotify(!settings.notify) },
    );
  useEffect(() => onAttention(attended), [attended]);
  const Questions = useLazy(started, loadQuestions);
  // With the first key, so that a first message finds it there.
  const rows = useLazy(started || writing, loadRows);
  return (
    <main class="panel">
      <Header
        title={appearance?.title ?? ''}
        team={ready?.team ?? null}
        now_ms={now_ms}
        options={options}
        onClose={onClose}
      />
      <Trouble trouble={realtime.trouble} />
      {phase.phase === 'refused' ? (
        <Refused reason={phase.error.message} />
      ) : (
        <>
          <Log
            rows={rows}
            messages={messages}
            hasOlder={view?.hasOlder ?? false}
            loadingOlder={view?.loadingOlder ?? false}
            unread={unread}
            readUpTo={view?.conversation.visitor_read_up_to ?? 0}
            attended={attended}
            now_ms={now_ms}
            sendings={sendings}
            onEdit={setEditing}
          >
            {!started && ready !== null ? (
              <Greeting
                site={ready.config.site}
                said={settings.said}
                open={isOpen(ready.team, now_ms)}
              />
            ) : (
              <Skeleton />
            )}
          </Log>
          <TypingRow typing={view?.typing ?? null} />
          {ready !== null && Questions !== null && (
            <Questions
              phase={ready}
              conversation={view?.conversation ?? null}
              messages={messages}
              now_ms={now_ms}
              notebook={notebook}
              wanted={wanted}
              onDone={() => {
                setWanted(null);
                input.current?.focus();
              }}
            />
          )}
          <Writing
            input={input}
            notebook={notebook}
            prechat={started ? 'off' : asked(phase)}
            preview={config?.typing_preview ?? false}
            voice={config !== undefined && config.voice !== false}
            open={settings.open}
            uploads={ready?.config.uploads}
            visitor={ready?.visitor ?? null}
            editing={editing}
            onEdited={() => setEditing(null)}
            onWriting={() => setWriting(true)}
            onSent={() => setSendings((count) => count + 1)}
          />
        </>
      )}
      <Failures messages={messages} />
    </main>
  );
}

/** What is asked before the first message: nothing, where all of it is known. */
function asked(phase: VisitorPhase) {
  if (phase.phase !== 'ready') return phase.phase === 'refused' ? 'off' : 'unknown';
  const { config, visitor } = phase;
  const { prechat, prechat_when } = config.site;
  return prechat_when === 'after' || (visitor.name && visitor.email) ? 'off' : prechat;
}

function useLook(appearance: Appearance | null, { theme, language }: Settings): void {
  const color = appearance?.color ?? null;
  const siteTheme = appearance?.theme ?? 'auto';
  const title = appearance?.title;
  useLayoutEffect(() => {
    applyTheme(document.documentElement, theme ?? siteTheme, color);
  }, [theme, siteTheme, color]);
  useLayoutEffect(() => {
    document.documentElement.lang = language.locale;
    document.documentElement.dir = language.direction;
  }, [language]);
  useLayoutEffect(() => {
    if (title) document.title = title;
  }, [title]);
}

function useEscape(act: () => void): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented) act();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [act]);
}

/** Said only when there is trouble that a visitor may notice (RT-1). */
function Trouble({ trouble }: { readonly trouble: RealtimeState['trouble'] }): JSX.Element {
  const { text } = useLanguage();
  return (
    <div class="trouble" role="status">
      {trouble !== 'none' && (
        <div class={trouble}>
          <i />
          {text(trouble)}
        </div>
      )}
    </div>
  );
}

function Greeting({
  site,
  said,
  open,
}: {
  readonly site: PublicSite;
  readonly said: string | null;
  /** Whether somebody answers now. */
  readonly open: boolean;
}): JSX.Element {
  const { text } = useLanguage();
  const greeting = said ?? (site.appearance.greeting || text('greeting'));
  const hint = open ? text('emptyHint') : site.offline_message || text('awayHint');
  return (
    <div class="greeting">
      <p class={greeting.length > 80 ? 'hello long' : 'hello'} dir="auto">
        {greeting}
      </p>
      <p class="hint" dir="auto">
        {hint}
      </p>
    </div>
  );
}

function Skeleton(): JSX.Element {
  const { text } = useLanguage();
  return (
    <div class="skeleton">
      <span class="unseen">{text('loading')}</span>
      <i />
      <i />
      <i />
      <i />
    </div>
  );
}

function Refused({ reason }: { readonly reason: string }): JSX.Element {
  const { text, said } = useLanguage();
  return (
    <div class="refused" role="alert">
      <Icon name="alert" />
      <p>{text('refused')}</p>
      <small>{said(reason)}</small>
    </div>
  );
}

/** A row of its own, always there, so that nothing moves when somebody types. */
function TypingRow({ typing }: { readonly typing: Typing | null }): JSX.Element {
  const { text } = useLanguage();
  const name = typing?.sender_name;
  return (
    <div class="typing" role="status">
      {typing !== null && (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span>{name ? text('typing', { name }) : text('typingTeam')}</span>
        </>
      )}
    </div>
  );
}

/** Tells screen readers of a message that was not sent: its row is changed, not added. */
function Failures({ messages }: { readonly messages: readonly LogMessage[] }): JSX.Element {
  const { text } = useLanguage();
  const failed = messages.findLast((message) => message.state === 'failed');
  return (
    <div class="unseen" role="status">
      {failed !== undefined &&
        `${text('failed')}: ${failed.text.slice(0, 80) || (failed.enclosure?.files[0]?.name ?? '')}`}
    </div>
  );
}
