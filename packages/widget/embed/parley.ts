/**
 * `window.Parley`, for pages written in TypeScript: copy this file. Nothing in it is run but `parley`,
 * which makes a call now or, before the widget is loaded, keeps it until then.
 */
export type Theme = 'auto' | 'light' | 'dark';

/** What the page may know of the widget's state. */
export interface ParleyState {
  /** Who brings events now; null while nobody does, and before the chat was opened first. */
  readonly realtimeProvider: 'pusher' | 'reverb' | 'polling' | null;
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
  setVisitor(visitor: {
    readonly name?: string;
    readonly email?: string;
    /** Shown to agents: at most 20, names of 50 and texts of 500 characters; null takes one back. */
    readonly attributes?: Readonly<Record<string, string | number | boolean | null>>;
  }): void;
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

type Method = Exclude<keyof ParleyApi, 'push' | 'state' | 'on'>;

/** A method's name and its arguments. */
export type ParleyCall =
  | { [M in Method]: readonly [method: M, ...args: Parameters<ParleyApi[M]>] }[Method]
  | {
      [E in keyof ParleyEvents]: readonly ['on', E, (detail: ParleyEvents[E]) => void];
    }[keyof ParleyEvents];

/** What stands in `window.Parley`: the widget, or the calls that wait for it. */
interface ParleyPage {
  Parley?: ParleyApi | ParleyCall[];
}

/** Calls `window.Parley`, be it there already or not: `parley('setLocale', 'de')`. */
export function parley(...call: ParleyCall): void {
  const page = globalThis as ParleyPage;
  page.Parley ??= [];
  page.Parley.push(call);
}

/** Takes the widget off the page, or forgets the calls that wait for it. */
export function removeParley(): void {
  const page = globalThis as ParleyPage;
  if (page.Parley !== undefined && 'state' in page.Parley) page.Parley.destroy();
  else delete page.Parley;
}
