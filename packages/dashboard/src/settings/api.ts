import { ApiError } from '@parley/client';
import { t } from '../i18n/translate.ts';

/** Why the server refused, for people. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError && (error.status === 0 || error.status >= 502)) {
    return t('settings.unreachable');
  }
  return error instanceof Error ? error.message : String(error);
}

/** What the server says of the fields of a refused form, by their path (`settings.hours`). */
export function faultsOf(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError) || !Array.isArray(error.details)) return {};
  const faults: Record<string, string> = {};
  for (const detail of error.details as unknown[]) {
    if (typeof detail !== 'object' || detail === null) continue;
    const { path, message } = detail as { path?: unknown; message?: unknown };
    if (typeof path === 'string' && typeof message === 'string') faults[path] ??= message;
  }
  return faults;
}
