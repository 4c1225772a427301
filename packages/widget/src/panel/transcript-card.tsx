import { ApiError } from '@parley/client';
import type { Visitor } from '@parley/protocol';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Key } from '../strings/en.ts';
import { useChat, useLanguage } from './context.ts';
import { DetailsFields } from './details.tsx';
import { faultOf, type Details, type Fault } from './fault.ts';

export interface TranscriptCardProps {
  readonly visitor: Visitor;
  readonly onDone: () => void;
}

type State =
  | { readonly is: 'idle' | 'busy' }
  | { readonly is: 'failed'; readonly why: Key }
  | { readonly is: 'sent'; readonly to: string };

/** The conversation by email: to the address that the site vouched for, or that is typed here. */
export function TranscriptCard({ visitor, onDone }: TranscriptCardProps): JSX.Element {
  const { text, locale } = useLanguage();
  const chat = useChat();
  const [details, setDetails] = useState<Details>({ name: '', email: visitor.email ?? '' });
  const [fault, setFault] = useState<Fault | null>(null);
  const [state, setState] = useState<State>({ is: 'idle' });
  const form = useRef<HTMLFormElement>(null);
  // It was asked for: the keyboard is there.
  useEffect(() => form.current?.querySelector<HTMLElement>('input, .button')?.focus(), []);
  const isFixed = visitor.verified && visitor.email !== null;

  async function send(): Promise<void> {
    const email = details.email.trim();
    const wrong = faultOf({ ...details, email }, 'required', ['email']);
    setFault(wrong);
    if (wrong !== null) return document.getElementById('email')?.focus();
    setState({ is: 'busy' });
    try {
      if (email !== visitor.email) await chat.setVisitor({ email });
      setState({ is: 'sent', to: await chat.emailTranscript(locale) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 422) setFault({ field: 'email', key: 'emailWrong' });
      setState(error.status === 422 ? { is: 'idle' } : { is: 'failed', why: reasonOf(error) });
    }
  }

  return (
    <form
      class="card"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (state.is !== 'busy') void send();
      }}
    >
      {state.is === 'sent' ? (
        <p role="status">{text('transcriptSent', { name: state.to })}</p>
      ) : isFixed ? (
        <p>{text('transcriptTo', { name: visitor.email ?? '' })}</p>
      ) : (
        <DetailsFields
          details={details}
          prechat="required"
          fields={['email']}
          legend={text('transcript')}
          fault={fault}
          onChange={setDetails}
          onNext={() => void send()}
        />
      )}
      {state.is === 'failed' && (
        <div class="fault" role="alert">
          {text(state.why)}
        </div>
      )}
      <div class="actions">
        <button type="button" class="link quiet" onClick={onDone}>
          {text(state.is === 'sent' ? 'done' : 'notNow')}
        </button>
        {state.is !== 'sent' && (
          <button type="submit" class="button" disabled={state.is === 'busy'}>
            {text('transcriptSend')}
          </button>
        )}
      </div>
    </form>
  );
}

function reasonOf({ code }: ApiError): Key {
  if (code === 'rate_limited') return 'transcriptEnough';
  return code === 'nothing_to_send' ? 'transcriptEmpty' : 'changeFailed';
}
