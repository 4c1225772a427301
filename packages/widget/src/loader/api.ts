import type { RealtimeProvider } from '@parley/protocol';
import type { Theme } from '../bridge/bridge.ts';

/** What the page may know of the widget's state. */
export interface ParleyState {
  /** Who brings events now; null while nobody does, and before the chat was opened first. */
  readonly realtimeProvider: RealtimeProvider | null;
  readonly realtimeConnected: boolean;
  /** The name of the main subscribed channel. */
  readonly channelSubscription: string | null;
  /** Messages that the visitor has not read. */
  readonly unread: number;
  /** Whether the panel is open. */
  readonly open: boolean;
}

/** What `Parley.on` tells, by the name of the event. */
export interface ParleyEvents {
  /** The widget is drawn, and the calls made before have been carried out. */
  readonly ready: undefined;
  readonly open: undefined;
  readonly close: undefined;
  /** Any change of `Parley.state`. */
  readonly state: ParleyState;
  /** The number of unread messages changed. */
  readonly unread: number;
  /** The token given to `identify` was taken (`error` null), or refused with this code. */
  readonly identity: { readonly error: string | null };
  /** A new message of the other side arrived. Its text stays in the chat. */
  readonly message: {
    readonly id: number;
    readonly seq: number;
    readonly sender_type: string;
    readonly sender_name: string | null;
  };
}

/** `window.Parley`. */
export interface ParleyApi {
  open(): void;
  close(): void;
  toggle(): void;
  /** Shows the launcher after `hide`. */
  show(): void;
  /** Closes the panel and hides the launcher; `open` still opens the panel. */
  hide(): void;
  /**
   * Who the visitor is, by a short-lived JWT of the site's backend. Earlier conversations come along,
   * from other devices too. On logging out: `reset`.
   */
  identify(identity: { readonly token: string }): void;
  /** Who the visitor says to be. Proves nothing: it opens nobody's conversation. */
  setVisitor(visitor: { readonly name?: string; readonly email?: string }): void;
  /** A BCP 47 language tag. */
  setLocale(locale: string): void;
  setTheme(theme: Theme): void;
  /** Sends a message in the visitor's name. */
  sendMessage(text: string): void;
  /** Forgets the visitor, as on logging out. */
  reset(): void;
  /** Removes the widget with everything that it left in the page. */
  destroy(): void;
  /** Returns how to stop listening. */
  on<E extends keyof ParleyEvents>(
    event: E,
    listener: (detail: ParleyEvents[E]) => void,
  ): () => void;
  /** A call by name: `Parley.push(['setLocale', 'de'])`. As before the load, so after it. */
  push(...calls: readonly ParleyCall[]): void;
  readonly state: ParleyState;
}

/** A method's name and its arguments. */
export type ParleyCall = readonly [method: string, ...args: readonly unknown[]];

/**
 * What may stand in `window.Parley` before the loader came: a list of calls, or anything with one
 * in `q`: `window.Parley = window.Parley || []; Parley.push(['open'])`.
 */
export function queuedCalls(before: unknown): readonly ParleyCall[] {
  const list = (before as { q?: unknown } | undefined)?.q ?? before;
  return Array.isArray(list) ? (list as readonly ParleyCall[]) : [];
}
