import { ApiError } from '@parley/client';
import { formatWait } from '../i18n/time.ts';
import { messageOf } from '../i18n/message-of.ts';
import { t } from '../i18n/translate.ts';

/** Why signing in failed. `limited` passes by itself at `until_ms` (Unix), where that is known. */
export type SignInFailure =
  | { readonly kind: 'credentials' }
  /** The password was right: the code of the second factor is missing, or does not fit. */
  | { readonly kind: 'code'; readonly wrong: boolean }
  | { readonly kind: 'limited'; readonly until_ms: number | null }
  | { readonly kind: 'network' }
  | { readonly kind: 'email' }
  | { readonly kind: 'other'; readonly message: string };

export function signInFailure(error: unknown, now_ms: number): SignInFailure {
  if (!(error instanceof ApiError)) {
    return { kind: 'other', message: messageOf(error) };
  }
  if (error.code === 'invalid_credentials') return { kind: 'credentials' };
  if (error.code === 'code_required') return { kind: 'code', wrong: false };
  if (error.code === 'invalid_code') return { kind: 'code', wrong: true };
  if (error.code === 'invalid_request') return { kind: 'email' };
  if (error.code === 'rate_limited') {
    const wait_s = error.retryAfter_s;
    return { kind: 'limited', until_ms: wait_s === null ? null : now_ms + wait_s * 1000 };
  }
  if (error.status === 0 || error.status >= 502) return { kind: 'network' };
  return { kind: 'other', message: messageOf(error) };
}

/** The failure for people; null once it has passed. */
export function describeSignInFailure(failure: SignInFailure, now_ms: number): string | null {
  switch (failure.kind) {
    case 'credentials':
      return t('signIn.error.credentials');
    case 'code':
      return failure.wrong ? t('signIn.error.code') : null;
    case 'limited':
      if (failure.until_ms === null) return t('signIn.error.limitedUnknown');
      if (failure.until_ms <= now_ms) return null;
      return t('signIn.error.limited', { wait: formatWait((failure.until_ms - now_ms) / 1000) });
    case 'network':
      return t('signIn.error.network');
    case 'email':
      return t('signIn.error.email');
    case 'other':
      return t('signIn.error.other', { message: failure.message });
  }
}
