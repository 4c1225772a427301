import { useEffect, useRef } from 'react';
import { parley, removeParley, type ParleyEvents, type Theme } from './parley.ts';

export interface ParleyChatProps {
  /** Where the server is: `https://chat.example.com`. */
  readonly src: string;
  /** The public token of the site. */
  readonly token: string;
  /** A nonce of the page's Content-Security-Policy. */
  readonly nonce?: string;
  /** A token of your backend that says who is signed in; null: nobody is. Absent: nothing is said. */
  readonly identity?: string | null;
  readonly visitor?: { readonly name?: string; readonly email?: string };
  /** A BCP 47 language tag. */
  readonly locale?: string;
  readonly theme?: Theme;
  readonly onUnread?: (count: number) => void;
  readonly onMessage?: (message: ParleyEvents['message']) => void;
}

/**
 * The chat, for as long as this component is mounted: `<ParleyChat src="…" token="…" />`. Copy it with
 * `parley.ts`. From anywhere else, `parley('open')` and the other calls work too.
 */
export function ParleyChat(props: ParleyChatProps): null {
  const { src, token, nonce, identity, visitor, locale, theme } = props;
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const script = document.createElement('script');
    script.src = new URL('/chatbot-widget.js', src).href;
    script.async = true;
    script.dataset['token'] = token;
    if (nonce !== undefined) script.nonce = nonce;
    let mounted = true;
    script.addEventListener('load', () => {
      if (!mounted) removeParley();
    });
    // Not at once: in development React mounts everything twice.
    const timer = setTimeout(() => document.head.append(script));
    parley('on', 'unread', (count: number) => latest.current.onUnread?.(count));
    parley('on', 'message', (message: ParleyEvents['message']) =>
      latest.current.onMessage?.(message),
    );
    return () => {
      mounted = false;
      clearTimeout(timer);
      script.remove();
      removeParley();
    };
  }, [src, token, nonce]);

  useEffect(() => {
    if (identity === null) parley('reset');
    else if (identity !== undefined) parley('identify', { token: identity });
  }, [identity]);
  const { name, email } = visitor ?? {};
  useEffect(() => {
    if (name === undefined && email === undefined) return;
    parley('setVisitor', {
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email }),
    });
  }, [name, email]);
  useEffect(() => {
    if (locale !== undefined) parley('setLocale', locale);
  }, [locale]);
  useEffect(() => {
    if (theme !== undefined) parley('setTheme', theme);
  }, [theme]);
  return null;
}
