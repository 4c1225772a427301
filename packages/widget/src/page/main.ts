import type { Appearance } from '@parley/protocol';
import type { ToPanel } from '../bridge/to-panel.ts';
import { pageRequest } from './page-request.ts';
import { watchOpen, type OpenPanel } from './phone.ts';
import { STYLE } from './style.ts';

/** What there is of the widget in the page. */
export interface Widget {
  readonly launcher: HTMLButtonElement;
  readonly open: () => void;
  /** To the panel. */
  readonly tell: (message: ToPanel) => void;
  /** The page has another address. */
  readonly moved: () => void;
}

/**
 * What few pages need, loaded into those that do: the loader of all of them stays small. It runs in
 * the page of the site, and touches nothing of it but the title.
 */
export function serve(asked: Readonly<Record<string, unknown>>, widget: Widget): void {
  const request = pageRequest(asked);
  switch (request?.do) {
    case 'title':
      return setTitle(request.text);
    case 'peek':
      return peek(widget.launcher, request.width, request.height);
    case 'open':
      return widget.open();
    case 'follow':
      return follow(widget);
    case 'permit':
      return void permit(widget);
    case 'notify':
      return notify(widget, request.title, request.body);
    case undefined:
      return;
  }
}

/** The words or the picture of the launcher, as the site wants it. */
export function dress(launcher: HTMLButtonElement, appearance: Appearance): void {
  const { launcher_text, launcher_picture } = appearance;
  style(launcher);
  // The language may be another now: what was there before goes.
  for (const old of launcher.querySelectorAll('img, span')) old.remove();
  if (launcher_picture !== undefined) {
    const picture = new Image();
    picture.alt = '';
    picture.referrerPolicy = 'no-referrer';
    // One that does not come leaves the sign.
    picture.addEventListener('load', () => launcher.classList.add('pictured'));
    picture.src = launcher_picture;
    launcher.append(picture);
  }
  if (launcher_text !== undefined) {
    const words = document.createElement('span');
    words.textContent = launcher_text;
    launcher.append(words);
    // Who speaks to the computer says what can be read.
    launcher.ariaLabel = `${launcher_text}: ${launcher.ariaLabel ?? ''}`;
    launcher.classList.add('worded');
  }
}

/** While the panel is open, on a device where it may fill the screen. */
export function cover(launcher: HTMLButtonElement, panel: Omit<OpenPanel, 'box'>): void {
  const box = rootOf(launcher).querySelector('div');
  if (box !== null) watchOpen({ box, ...panel });
}

let own: string | null = null;
let shown: string | null = null;

function setTitle(text: string | null): void {
  // The page may have another one meanwhile: that stays.
  if (document.title !== shown) own = document.title;
  shown = text ?? own;
  if (shown !== null) document.title = shown;
}

function peek(launcher: HTMLButtonElement, width: number, height: number): void {
  style(launcher);
  const box = rootOf(launcher).querySelector('div');
  box?.style.setProperty('--peek-width', `${width}px`);
  box?.style.setProperty('--peek-height', `${height}px`);
  box?.classList.toggle('peek', height > 0);
  // Put away by keyboard: that goes on at the launcher, not in what is not there any more.
  const isGone = height === 0 && box?.classList.contains('open') === false;
  if (isGone && rootOf(launcher).activeElement?.localName === 'iframe') launcher.focus();
}

const FOLLOW_MS = 1_000;

let following: ReturnType<typeof setInterval> | undefined;

/** Looks, as not every browser tells; nothing of the page's own is wrapped. */
function follow({ launcher, moved }: Widget): void {
  let last = location.href;
  // The page may have gone on since the panel was told of it.
  moved();
  clearInterval(following);
  following = setInterval(() => {
    if (!launcher.isConnected) return clearInterval(following);
    if (location.href === last) return;
    last = location.href;
    moved();
  }, FOLLOW_MS);
}

async function permit({ tell }: Widget): Promise<void> {
  const granted =
    'Notification' in globalThis && (await Notification.requestPermission()) === 'granted';
  tell({ type: 'permitted', granted });
}

function notify({ open }: Widget, title: string, body: string): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  const notification = new Notification(title, { body, tag: 'parley' });
  notification.addEventListener('click', () => {
    focus();
    open();
    notification.close();
  });
}

let sheet: CSSStyleSheet | null = null;

function style(launcher: HTMLButtonElement): void {
  const root = rootOf(launcher);
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}

function rootOf(launcher: HTMLButtonElement): ShadowRoot {
  const root = launcher.getRootNode();
  if (!(root instanceof ShadowRoot)) throw new Error('The launcher is not where it was put');
  return root;
}
