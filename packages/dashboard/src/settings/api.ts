import { ApiError } from '@parley/client';
import { messageOf } from '../i18n/message-of.ts';
import { saidByServer, t } from '../i18n/translate.ts';

/** What the server says of the fields of a refused form, by their path (`settings.hours`). */
export function faultsOf(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError) || !Array.isArray(error.details)) return {};
  const faults: Record<string, string> = {};
  for (const detail of error.details as unknown[]) {
    if (typeof detail !== 'object' || detail === null) continue;
    const { path, message } = detail as { path?: unknown; message?: unknown };
    if (typeof path === 'string' && typeof message === 'string')
      faults[path] ??= saidByServer(message) ?? t('settings.checkField');
  }
  return faults;
}

export interface Refusal {
  readonly faults: Readonly<Record<string, string>>;
  /** To be said for the form as a whole; null: its fields say all of it. */
  readonly problem: string | null;
}

export const NO_REFUSAL: Refusal = { faults: {}, problem: null };

/** Each fault once: at its field where the form has it, else for the whole. */
export function refusalOf(error: unknown, fields: readonly string[]): Refusal {
  const faults = faultsOf(error);
  const paths = Object.keys(faults);
  const atFields = paths.length > 0 && paths.every((path) => fields.includes(path));
  return { faults, problem: atFields ? null : messageOf(error) };
}
