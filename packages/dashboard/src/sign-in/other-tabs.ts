import { useEffect } from 'react';
import { useChat, usePhase } from '../chat-context.tsx';

const CHANNEL = 'parley.sign-in';

/** To the tabs that stand at the sign-in: the session is theirs as well. */
export function tellSignedIn(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}

/**
 * While nobody is signed in, asks again when another tab signed in, and when one comes back to this
 * tab: it may have been done by a page of another kind.
 */
export function useSignedInElsewhere(): void {
  const chat = useChat();
  const signedOut = usePhase().phase === 'signed-out';
  useEffect(() => {
    if (!signedOut) return undefined;
    const look = (): void => {
      // Still nobody, or the server is not there: the form stays.
      chat.refresh().catch(() => undefined);
    };
    const channel = new BroadcastChannel(CHANNEL);
    channel.addEventListener('message', look);
    window.addEventListener('focus', look);
    return () => {
      channel.close();
      window.removeEventListener('focus', look);
    };
  }, [chat, signedOut]);
}
