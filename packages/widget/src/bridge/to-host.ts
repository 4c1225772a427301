import type { RealtimeProvider } from '@parley/protocol';
import {
  bool,
  isFrom,
  isRecord,
  KEPT_CHARS,
  line,
  nullOr,
  oneOf,
  parse,
  text,
  themes,
  whole,
  type Delivery,
  type Peer,
  type Position,
  type Schema,
  type Theme,
} from './bridge.ts';

/** Panel → loader. */
export type ToHost =
  | { readonly type: 'ready' }
  | { readonly type: 'close' }
  | {
      readonly type: 'state';
      readonly realtimeProvider: RealtimeProvider | null;
      readonly realtimeConnected: boolean;
      readonly channelSubscription: string | null;
      readonly unread: number;
      /** Unread in words, for the launcher; empty where nothing is. */
      readonly unreadText: string;
      /** Whether there is a conversation. */
      readonly known: boolean;
    }
  | {
      readonly type: 'appearance';
      readonly color: string;
      readonly position: Position;
      readonly theme: Theme;
    }
  /** Something beyond being shown; `page/page-request.ts` knows what. */
  | { readonly type: 'page'; readonly ask: Readonly<Record<string, unknown>> }
  /** To be kept in the page's own storage; null: no longer. */
  | { readonly type: 'keep'; readonly key: string; readonly value: string | null }
  /** The identity token was taken (null), or refused with this code. */
  | { readonly type: 'identity'; readonly error: string | null }
  /** A new message of the other side. Its text stays in the panel: a page has scripts of others. */
  | {
      readonly type: 'message';
      readonly id: number;
      readonly seq: number;
      readonly sender_type: string;
      readonly sender_name: string | null;
    };

const toHost: Schema<ToHost> = {
  ready: {},
  close: {},
  state: {
    realtimeProvider: oneOf('pusher', 'reverb', 'polling', null),
    realtimeConnected: bool,
    channelSubscription: nullOr(line),
    unread: whole,
    unreadText: line,
    known: bool,
  },
  appearance: {
    color: (value) => text(7)(value) && /^#[\da-f]{6}$/i.test(value as string),
    position: oneOf('right', 'left'),
    theme: themes,
  },
  page: { ask: (value) => isRecord(value) && typeof value['do'] === 'string' },
  keep: { key: line, value: nullOr(text(KEPT_CHARS)) },
  identity: { error: nullOr(line) },
  message: { id: whole, seq: whole, sender_type: line, sender_name: nullOr(line) },
};

/** The loader's side: what the panel said, or null for anything else. */
export const receiveInHost = (panel: Peer, event: Delivery): ToHost | null =>
  isFrom(panel, event) ? (parse(toHost, event.data) as ToHost | null) : null;
