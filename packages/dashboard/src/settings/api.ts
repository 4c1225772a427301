import { ApiError } from '@parley/client';
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
