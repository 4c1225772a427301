import type { ConversationPatch, InboxEntry } from '@parley/protocol';
import { useEffect } from 'react';

/** What the parts of the screen that are there now can be told to do. */
export interface Offers {
  readonly conversation: {
    readonly entry: InboxEntry;
    /** `done`: what to say when it is done. */
    change(patch: ConversationPatch, done: string): void;
    togglePanel(): void;
    /** Asks for a time of one's own until when it snoozes. */
    readonly askSnoozeTime: () => void;
  };
  readonly composer: { reply(): void; note(): void };
  readonly list: { move(step: 1 | -1): void };
  readonly search: { focus(): void };
}

const offered = new Map<keyof Offers, Offers[keyof Offers]>();

/** Lets commands reach a part of the screen for as long as it is there. */
export function useOffer<K extends keyof Offers>(name: K, offer: Offers[K]): void {
  useEffect(() => {
    offered.set(name, offer);
    return () => {
      // Of two that follow each other the next may have come before the last has gone.
      if (offered.get(name) === offer) offered.delete(name);
    };
  });
}

/** Asked anew each time: it is what it was when it was asked. */
export function offers(): Partial<Offers> {
  return Object.fromEntries(offered);
}
