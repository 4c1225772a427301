import './cards.css';
import { ApiError } from '@parley/client';
import type { Visitor } from '@parley/protocol';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Card, ContactCard as Contact } from './card.ts';
import { useChat, useLanguage } from './context.ts';
import { RatingCard } from './rating-card.tsx';
import { TranscriptCard } from './transcript-card.tsx';
import { DetailsFields } from './details.tsx';
import { faultOf, type Fault } from './fault.ts';
import type { Notebook } from './notebook.ts';

export interface CardProps {
  readonly card: Card;
  readonly visitor: Visitor;
  readonly notebook: Notebook;
  /** Answered, or put away. */
  readonly onDone: () => void;
}

/** What is asked beside the conversation; loaded when something is. */
export function CardView(props: CardProps): JSX.Element {
  const { card, onDone } = props;
  switch (card.kind) {
    case 'rating':
      return <RatingCard onDone={onDone} />;
    case 'transcript':
      return <TranscriptCard visitor={props.visitor} onDone={onDone} />;
    case 'contact':
      return <ContactCard card={card} notebook={props.notebook} onDone={onDone} />;
  }
}

/** Name and email, after the first message or while nobody is there. */
function ContactCard({
  card,
  notebook,
  onDone: leave,
}: {
  readonly card: Contact;
  readonly notebook: Notebook;
  readonly onDone: () => void;
}): JSX.Element {
  const { text } = useLanguage();
  const chat = useChat();
  const [details, setDetails] = useState(() => notebook.details());
  const [fault, setFault] = useState<Fault | null>(null);
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  function onDone(): void {
    notebook.setDetails(null);
    leave();
  }
  const prechat = card.required ? 'required' : 'optional';

  useEffect(() => {
    if (fault !== null) document.getElementById(fault.field)?.focus();
  }, [fault]);

  async function save(): Promise<void> {
    const name = details.name.trim();
    const email = details.email.trim();
    const wrong = faultOf(details, prechat, card.fields);
    setFault(wrong);
    if (wrong !== null) return;
    // All of it left empty, where it may be: no answer is an answer.
    if (name === '' && email === '') return onDone();
    setState('busy');
    try {
      await chat.setVisitor({ ...(name !== '' && { name }), ...(email !== '' && { email }) });
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 422) setFault({ field: 'email', key: 'emailWrong' });
      setState(error.status === 422 ? 'idle' : 'failed');
    }
  }

  return (
    <form
      class="card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (state !== 'busy') void save();
      }}
    >
      <DetailsFields
        details={details}
        prechat={card.required ? 'required' : 'off'}
        fields={card.fields}
        legend={text('contact')}
        fault={fault}
        onChange={(typed) => {
          setDetails(typed);
          notebook.setDetails(typed);
        }}
        onNext={(field) => {
          const next = field === 'name' ? document.getElementById('email') : null;
          if (next === null) void save();
          else next.focus();
        }}
      />
      {state === 'failed' && (
        <div class="fault" role="alert">
          {text('changeFailed')}
        </div>
      )}
      <div class="actions">
        {!card.required && (
          <button type="button" class="link quiet" onClick={onDone}>
            {text('notNow')}
          </button>
        )}
        <button type="submit" class="button" disabled={state === 'busy'}>
          {text('contactSave')}
        </button>
      </div>
    </form>
  );
}
