import './details.css';
import { PAGE_LIMITS, type Prechat } from '@parley/protocol';
import type { JSX } from 'preact';
import { useLanguage } from './context.ts';
import { directionOf } from './direction.ts';
import { BOTH, type Details, type Fault } from './fault.ts';
import './words.ts';

export interface DetailsFieldsProps {
  readonly details: Details;
  readonly prechat: Prechat;
  /** Default: both. */
  readonly fields?: readonly (keyof Details)[];
  readonly legend?: string;
  readonly fault: Fault | null;
  readonly onChange: (details: Details) => void;
  /** Enter in a field: on to what follows it. */
  readonly onNext: (field: keyof Details) => void;
}

/** Name and email, asked for before the first message where the site wants it. */
export function DetailsFields(props: DetailsFieldsProps): JSX.Element {
  const { text } = useLanguage();
  const { fields = BOTH } = props;
  return (
    <fieldset class={fields.length === 1 ? 'details single' : 'details'}>
      <legend>{props.legend ?? text('prechat')}</legend>
      {fields.includes('name') && (
        <Field {...props} field="name" keyboard="text" limit_chars={PAGE_LIMITS.name_chars} />
      )}
      {fields.includes('email') && (
        <Field {...props} field="email" keyboard="email" limit_chars={PAGE_LIMITS.email_chars} />
      )}
    </fieldset>
  );
}

function Field(
  props: DetailsFieldsProps & {
    readonly field: keyof Details;
    readonly keyboard: 'text' | 'email';
    readonly limit_chars: number;
  },
): JSX.Element {
  const { field, fault, details, prechat, onChange } = props;
  const { text } = useLanguage();
  const wrong = fault?.field === field;
  return (
    <div class="field">
      <label for={field}>
        {text(field)}
        {prechat === 'optional' && <small aria-hidden="true">{text('optional')}</small>}
      </label>
      <input
        id={field}
        type="text"
        inputMode={props.keyboard}
        autoCapitalize={field === 'email' ? 'none' : 'words'}
        autoComplete={field}
        maxLength={props.limit_chars}
        dir={directionOf(details[field])}
        value={details[field]}
        required={prechat === 'required'}
        aria-invalid={wrong}
        aria-describedby={wrong ? 'fault' : undefined}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.isComposing) return;
          event.preventDefault();
          props.onNext(field);
        }}
        onInput={(event) => onChange({ ...details, [field]: event.currentTarget.value })}
      />
      {wrong && (
        <div class="fault" id="fault" role="alert">
          {text(fault.key)}
        </div>
      )}
    </div>
  );
}
