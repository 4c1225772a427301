import {
  lazy,
  type RefObject,
  Suspense,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { debugLine } from '../connection/debug.ts';
import { t } from '../i18n/translate.ts';
import { loadLate } from '../load-late.ts';
import { useNotifications } from '../notifications/use-notifications.ts';
import type { Command } from './command.ts';
import { advance, isPlain, strokeOf } from './keys.ts';
import { plainKeys } from './platform-keys.ts';
import { SHORTCUTS } from './shortcuts.ts';
import { useCommands } from './use-commands.ts';

const importPalette = () => import('./palette.tsx');
const Palette = lazy(async () => ({ default: (await loadLate(importPalette)).Palette }));
const loadHelp = () => loadLate(() => import('./help-sheet.tsx'));
const HelpSheet = lazy(async () => ({ default: (await loadHelp()).HelpSheet }));

type Shown =
  | { readonly what: 'nothing' }
  | { readonly what: 'help' }
  /** `asking`: the command whose choices are shown. */
  | { readonly what: 'palette'; readonly asking: string | null };

const NOTHING: Shown = { what: 'nothing' };
/** After the first paint has had the network for itself. */
const PRELOAD_MS = 2_000;
/** How long a second key may take. */
const SEQUENCE_MS = 1_500;

/** The keys of all commands, and what they open. Once, below the sign-in. */
export function CommandCentre() {
  const [shown, setShown] = useState<Shown>(NOTHING);
  const commands = useCommands(() => setShown({ what: 'help' }));
  useNotifications();
  const typed = useRef('');
  const begun = useRef<{ keys: string; at_ms: number } | null>(null);

  function perform(command: Command | undefined): boolean {
    if (command === undefined) return false;
    const { action, id } = command;
    if (id === 'palette' || action.kind === 'choose') {
      setShown({ what: 'palette', asking: action.kind === 'choose' ? id : null });
      return true;
    }
    if (action.kind === 'run') action.run();
    return action.kind === 'run';
  }

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const stroke = strokeOf(event);
    if (stroke === null) return;
    if (stroke === SHORTCUTS.leave) return leaveTextField(event);
    if (isPlain(stroke) && (plainKeys.get() === 'off' || isElsewhere(event.target))) return;
    const before = begun.current;
    begun.current = null;
    const fresh = before !== null && event.timeStamp - before.at_ms < SEQUENCE_MS;
    const next = advance(fresh ? before.keys : null, stroke, Object.values(SHORTCUTS));
    if (next.state === 'none') return;
    if (next.state === 'pending') begun.current = { keys: next.keys, at_ms: event.timeStamp };
    else if (
      perform(commands().find(({ shortcut }) => shortcut && SHORTCUTS[shortcut] === next.keys))
    ) {
      event.preventDefault();
    }
  });
  useEffect(() => {
    // Soon needed, and wanted at once then.
    const timer = setTimeout(() => {
      importPalette().catch((error: unknown) =>
        debugLine(`palette, asked for again: ${String(error)}`),
      );
    }, PRELOAD_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    const listening = new AbortController();
    window.addEventListener('keydown', onKey, { signal: listening.signal });
    return () => listening.abort();
  }, []);

  const close = () => {
    typed.current = '';
    setShown(NOTHING);
  };
  return (
    <Suspense fallback={shown.what === 'palette' && <Catcher typed={typed} />}>
      {shown.what === 'palette' && (
        <Palette
          commands={commands()}
          asking={shown.asking}
          typed={typed.current}
          onClose={close}
        />
      )}
      {shown.what === 'help' && <HelpSheet commands={commands()} onClose={close} />}
    </Suspense>
  );
}

/**
 * Takes what is typed until the palette is loaded: the composer must not get it, least of all Enter.
 */
function Catcher({ typed }: { typed: RefObject<string> }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-busy
      aria-label={t('command.palette')}
      className="m-auto mt-[min(14vh,7rem)] w-[min(38rem,calc(100vw-1.5rem))] overflow-hidden rounded-2xl bg-raised p-0 text-ink shadow-pop backdrop:bg-black/35"
    >
      <input
        aria-label={t('command.placeholder')}
        placeholder={t('command.placeholder')}
        onChange={(event) => {
          typed.current = event.target.value;
        }}
        className="h-13 w-full bg-transparent px-6 text-lg outline-none placeholder:text-muted"
      />
    </dialog>
  );
}

/** Where a single key means something else: fields, menus, questions that have to be answered. */
function isElsewhere(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, dialog, [role=menu], [role=dialog]') !== null)
  );
}

/** From the composer back to the list: single keys work again, and Tab goes on from there. */
function leaveTextField(event: KeyboardEvent): void {
  const field = event.target;
  if (!(field instanceof HTMLTextAreaElement) || field.closest('dialog') !== null) return;
  field.blur();
  const row = document.querySelector<HTMLElement>('[data-conversation][aria-current=page]');
  // A conversation that the list does not show, such as one that was just resolved, has no row.
  (row ?? document.querySelector<HTMLElement>('[role=log]'))?.focus();
}
