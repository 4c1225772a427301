import { ApiError } from '@parley/client';
import { refusalText, t } from './translate.ts';

/** What went wrong, for people. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  if (error.status === 0 || error.status >= 502) return t('settings.unreachable');
  return refusalText(error.code, error.message);
}
