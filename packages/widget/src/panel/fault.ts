import type { Prechat } from '@parley/protocol';
import type { Key } from '../strings/en.ts';

/** Who the visitor is, as typed. */
export interface Details {
  readonly name: string;
  readonly email: string;
}

/** What is wrong with one of the fields. */
export interface Fault {
  readonly field: keyof Details;
  readonly key: Key;
}

export const BOTH = ['name', 'email'] as const;

/** The first thing that keeps the details from being sent, or null. */
export function faultOf(
  details: Details,
  prechat: Prechat,
  fields: readonly (keyof Details)[] = BOTH,
): Fault | null {
  const missing = (field: keyof Details): boolean =>
    prechat === 'required' && fields.includes(field) && details[field].trim() === '';
  if (missing('name')) return { field: 'name', key: 'nameMissing' };
  if (missing('email')) return { field: 'email', key: 'emailMissing' };
  // Coarse on purpose: only the server's own check and a mail that arrives can tell more.
  if (details.email.trim() !== '' && !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(details.email.trim()))
    return { field: 'email', key: 'emailWrong' };
  return null;
}
