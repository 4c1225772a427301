import { ApiError, type Enclosure, type LogMessage, type VisitorPhase } from '@parley/client';
import type { Prechat, UploadLimits } from '@parley/protocol';
import type { JSX, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Composer } from './composer.tsx';
import { useChat, useLanguage } from './context.ts';
import { faultOf, type Fault } from './fault.ts';
import { useLazy } from './lazy.ts';
import { EmojiButton } from './emoji/emoji-button.tsx';
import { useFilesPart, useRecorderPart } from './files/parts.ts';
import { useFiles } from './files/use-files.ts';
import type { Notebook } from './notebook.ts';

export interface WritingProps {
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly notebook: Notebook;
  /** What is asked before the first message; `off` once there is one, `unknown` until the site has said it. */
  readonly prechat: Prechat | 'unknown';
  /** Whether agents see what is typed; the visitor is told. */
  readonly preview: boolean;
  /** Whether the site is known to take voice messages. */
  readonly voice: boolean;
  /** Whether the panel is open. */
  readonly open: boolean;
  readonly uploads: UploadLimits | undefined;
  readonly visitor: Extract<VisitorPhase, { phase: 'ready' }>['visitor'] | null;
  /** The message that is being changed, or null. */
  readonly editing: LogMessage | null;
  readonly onEdited: () => void;
  /** With each key that changes the text. */
  readonly onWriting: () => void;
  readonly onSent: () => void;
}

/** What is to be sent: what stands in the composer, or a recording. */
type Outgoing = 'written' | Enclosure;

const loadDetails = async () => (await import('./details.tsx')).DetailsFields;

/** The lower part of the panel: who one is, and what one writes. */
export function Writing(props: WritingProps): JSX.Element {
  const { input, notebook, prechat, visitor, editing } = props;
  const { text: words } = useLanguage();
  const chat = useChat();
  const [draft, setDraft] = useState(() => notebook.draft());
  const [change, setChange] = useState('');
  const [details, setDetails] = useState(() => notebook.details());
  const [fault, setFault] = useState<Fault | null>(null);
  const asks = prechat === 'off' || prechat === 'unknown' ? null : prechat;
  const DetailsFields = useLazy(asks !== null, loadDetails);
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const [recording, setRecording] = useState(false);
  const microphone = useRef<HTMLButtonElement>(null);
  const held = useRef<Outgoing | null>(null);
  const chosen = useFiles(props.uploads, editing === null && !recording);
  const hasFiles = chosen.files.length > 0;
  const hasTray = hasFiles || chosen.problem !== null;
  const filesPart = useFilesPart(hasTray);
  const Recorder = useRecorderPart(recording);

  // What is known already need not be typed again.
  useEffect(() => {
    if (visitor === null) return;
    setDetails((typed) => ({
      name: typed.name || (visitor.name ?? ''),
      email: typed.email || (visitor.email ?? ''),
    }));
  }, [visitor]);

  useEffect(() => {
    setState('idle');
    if (editing === null) return;
    setChange(editing.text);
    input.current?.focus();
  }, [editing, input]);

  // Whoever was faster than the site: only now is it known what comes before their message.
  useEffect(() => {
    const outgoing = held.current;
    if (outgoing === null || prechat === 'unknown') return;
    held.current = null;
    if (outgoing !== 'written' || draft.trim() !== '' || hasFiles) introduced(outgoing);
  }, [prechat]);

  // What has to be mended gets the keyboard.
  useEffect(() => {
    if (fault !== null) document.getElementById(fault.field)?.focus();
  }, [fault]);

  function write(text: string): void {
    if (editing !== null) return setChange(text);
    props.onWriting();
    setDraft(text);
    notebook.setDraft(text);
    chat.composing(text);
  }

  /** Where the caret is, in place of what is selected. */
  function insert(text: string): void {
    const element = input.current;
    if (element === null) return;
    element.setRangeText(text, element.selectionStart, element.selectionEnd, 'end');
    write(element.value);
  }

  function send(text: string): void {
    chat.send(text, hasFiles ? { files: chosen.files, recording: null } : undefined);
    chosen.clear();
    chat.composing('');
    setDraft('');
    notebook.setDraft('');
    input.current?.focus();
    props.onSent();
  }

  /** Where one writes is there again, with the button that has been pressed. */
  function endRecording(): void {
    setRecording(false);
    requestAnimationFrame(() => microphone.current?.focus());
  }

  function sendRecording(recorded: Enclosure): void {
    chat.send('', recorded);
    endRecording();
    props.onSent();
  }

  async function edit(message: LogMessage): Promise<void> {
    if (message.id === null) return;
    setState('busy');
    try {
      if (change !== message.text) await chat.edit(message.id, change);
      setState('idle');
      input.current?.focus();
      props.onEdited();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState('failed');
    }
  }

  async function introduceAnd(asked: Prechat, outgoing: Outgoing): Promise<void> {
    const wrong = faultOf(details, asked);
    setFault(wrong);
    if (wrong !== null) return;
    const name = details.name.trim();
    const email = details.email.trim();
    setState('busy');
    try {
      // Nothing was said that had to be heard first: the message need not wait for an answer.
      if (name !== '' || email !== '')
        await chat.setVisitor({ ...(name !== '' && { name }), ...(email !== '' && { email }) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Of what is asked for, only an address can be refused. Unheard: all stays as it was typed.
      if (error.status === 422) setFault({ field: 'email', key: 'emailWrong' });
      setState(error.status === 422 ? 'idle' : 'failed');
      return;
    }
    setState('idle');
    notebook.setDetails(null);
    deliver(outgoing);
  }

  function submit(): void {
    if (editing !== null) void edit(editing);
    else introduced('written');
  }

  /** What is asked before the first message is said before it. */
  function introduced(outgoing: Outgoing): void {
    if (prechat === 'unknown') held.current = outgoing;
    else if (prechat === 'off') deliver(outgoing);
    else void introduceAnd(prechat, outgoing);
  }

  function deliver(outgoing: Outgoing): void {
    if (outgoing === 'written') send(draft);
    else sendRecording(outgoing);
  }

  return (
    <form
      class="writing"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const sendButton = event.currentTarget.querySelector('[type=submit]');
        if (sendButton?.ariaDisabled !== 'true') submit();
      }}
    >
      {asks !== null && DetailsFields !== null && (
        <DetailsFields
          details={details}
          prechat={asks}
          fault={fault}
          onChange={(typed) => {
            setDetails(typed);
            notebook.setDetails(typed);
          }}
          onNext={(field) => {
            if (field === 'name') document.getElementById('email')?.focus();
            else if (draft.trim() === '') input.current?.focus();
            else submit();
          }}
        />
      )}
      {state === 'failed' && (
        <div class="fault" role="alert">
          {words('changeFailed')}
        </div>
      )}
      {filesPart !== null && hasTray && <filesPart.Tray chosen={chosen} />}
      {chosen.dropping && (
        <div class="drop" aria-hidden="true">
          {words('drop')}
        </div>
      )}
      {recording && Recorder !== null ? (
        <Recorder open={props.open} onSend={introduced} onClose={endRecording} />
      ) : (
        <Composer
          input={input}
          text={editing === null ? draft : change}
          editing={editing !== null}
          busy={state === 'busy'}
          onInput={write}
          onSend={submit}
          onCancelEdit={() => {
            props.onEdited();
            input.current?.focus();
          }}
          tools={<EmojiButton onPick={insert} onClose={() => input.current?.focus()} />}
          hasFiles={hasFiles && editing === null}
          onFiles={chosen.add}
          voice={props.voice}
          microphone={microphone}
          onRecord={() => setRecording(true)}
        />
      )}
      {props.preview && <div class="notice">{words('previewNotice')}</div>}
    </form>
  );
}
