import type { ProactiveMessage } from '@parley/protocol';
import {
  ATTRIBUTES_CHARS,
  bool,
  isFrom,
  isRecord,
  KEPT_CHARS,
  line,
  nullOr,
  parse,
  text,
  themes,
  type Check,
  type Delivery,
  type HostPage,
  type Kept,
  type Peer,
  type Schema,
  type Theme,
  type VisitorDetails,
} from './bridge.ts';

/** Loader → panel. */
export type ToPanel =
  | {
      readonly type: 'hello';
      readonly page: HostPage;
      readonly open: boolean;
      /** Whether the page itself, outside the panel, has the keyboard. */
      readonly focused: boolean;
      /** There was a conversation before: be live though closed. */
      readonly known: boolean;
      readonly locale: string | null;
      readonly theme: Theme | null;
      /** Of the site, as far as the page knows it. */
      readonly color: string | null;
      /** What the site says of its visitor; null: not said. */
      readonly name: string | null;
      readonly email: string | null;
      readonly attributes: string | null;
      /** A token of the site's backend that says who the visitor is. */
      readonly identity: string | null;
      /** What the panel gave the page to keep, if anything. */
      readonly kept: Kept | null;
      /** What the site says to who stays on a page. */
      readonly proactive: readonly ProactiveMessage[] | null;
      /** The site shows its agents who is on which page. */
      readonly live: boolean;
      /** The site asks its visitors to agree first, or it is not known. */
      readonly consent: boolean;
    }
  | { readonly type: 'shown'; readonly open: boolean; readonly page: HostPage }
  /** Whether the visitor lets the page notify. */
  | { readonly type: 'permitted'; readonly granted: boolean }
  | { readonly type: 'focus'; readonly focused: boolean }
  | ({ readonly type: 'visitor' } & VisitorDetails)
  | { readonly type: 'identify'; readonly token: string }
  | { readonly type: 'locale'; readonly locale: string }
  | { readonly type: 'theme'; readonly theme: Theme }
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'reset' };

const token = text(4_000);
const attributes = nullOr(text(ATTRIBUTES_CHARS));

const kept: Check = (value) => {
  const values = isRecord(value) ? Object.values(value) : [];
  return values.length > 0 && values.every(nullOr(text(KEPT_CHARS)));
};

const proactive: Check = (value) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (one) =>
      isRecord(one) && line(one['page']) && Number.isFinite(one['after_s']) && line(one['text']),
  );

const page: Check = (value) =>
  isRecord(value) &&
  text(2_000)(value['url']) &&
  line(value['title']) &&
  text(2_000)(value['referrer']);

const toPanel: Schema<ToPanel> = {
  hello: {
    page,
    open: bool,
    focused: bool,
    known: bool,
    locale: nullOr(line),
    theme: nullOr(themes),
    color: nullOr(line),
    name: nullOr(line),
    email: nullOr(line),
    attributes,
    identity: nullOr(token),
    kept: nullOr(kept),
    proactive: nullOr(proactive),
    live: bool,
    consent: bool,
  },
  shown: { open: bool, page },
  permitted: { granted: bool },
  focus: { focused: bool },
  visitor: { name: nullOr(line), email: nullOr(line), attributes },
  identify: { token },
  locale: { locale: line },
  theme: { theme: themes },
  send: { text: text(100_000) },
  reset: {},
};

/** The panel's side: what the loader said, or null for anything else. */
export const receiveInPanel = (loader: Peer, event: Delivery): ToPanel | null =>
  isFrom(loader, event) ? (parse(toPanel, event.data) as ToPanel | null) : null;
