import type { Position, Theme } from '../bridge/bridge.ts';
import { DEFAULT_COLOR, formatColor, inkOn, parseColor } from '../design/colour.ts';
import { STYLE } from './style.ts';

/** How the launcher and the frame look. */
export interface Look {
  readonly color: string | null;
  readonly position: Position;
  readonly theme: Theme;
}

/** What is drawn into the page: the launcher and the frame of the panel. */
export interface Stage {
  readonly launcher: HTMLButtonElement;
  /** Null before the panel is loaded. */
  readonly frame: () => HTMLIFrameElement | null;
  /** Loads the panel, or loads it again. */
  load(source: string): void;
  setReady(ready: boolean): void;
  setOpen(open: boolean): void;
  setHidden(hidden: boolean): void;
  setLook(look: Look): void;
  setLabel(label: string): void;
  /** @param description unread in words, for those who cannot see the badge */
  setUnread(unread: number, description: string): void;
  /** Whether the panel has the keyboard. */
  panelFocused(): boolean;
  remove(): void;
}

const SVG = 'http://www.w3.org/2000/svg';
const BUBBLE =
  'M4 12a8 7.6 0 0 1 8-7.6A8 7.6 0 0 1 20 12a8 7.6 0 0 1-8 7.6 9 9 0 0 1-3.4-.66L4.4 20l1.2-3.4A7.2 7.2 0 0 1 4 12ZM8.7 12h.01M12 12h.01M15.3 12h.01';
const CHEVRON = 'm6.5 9.5 5.5 5.5 5.5-5.5';

// Elements one by one, never innerHTML: pages may require Trusted Types.
function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

export function createStage(): Stage {
  const host = document.createElement('parley-chat');
  // Important, so that no rule of the page (`* {…}`) reaches the host element either.
  host.style.cssText =
    'all:initial!important;position:fixed!important;inset:auto 0 0 auto!important;z-index:2147483000!important';
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];

  const launcher = document.createElement('button');
  launcher.type = 'button';
  launcher.ariaExpanded = 'false';
  const badge = document.createElement('b');
  badge.hidden = true;
  badge.ariaHidden = 'true';
  launcher.append(icon(BUBBLE), icon(CHEVRON), badge);

  const box = document.createElement('div');
  let frame: HTMLIFrameElement | null = null;
  shadow.append(box, launcher);
  // Beside the body, which single-page applications replace.
  document.documentElement.append(host);

  return {
    launcher,
    frame: () => frame,
    load(source) {
      frame ??= document.createElement('iframe');
      frame.title = 'Chat';
      frame.allow = 'microphone;autoplay;fullscreen';
      frame.src = source;
      if (!frame.isConnected) box.append(frame);
    },
    setReady: (ready) => void box.classList.toggle('ready', ready),
    setOpen(open) {
      box.classList.toggle('open', open);
      launcher.ariaExpanded = String(open);
    },
    setHidden(hidden) {
      launcher.hidden = hidden;
    },
    setLook({ color, position, theme }) {
      const fill = parseColor(color ?? '') ?? DEFAULT_COLOR;
      host.style.setProperty('--fill', formatColor(fill));
      host.style.setProperty('--ink', formatColor(inkOn(fill)));
      host.className = `${position} ${theme}`;
    },
    setLabel(label) {
      launcher.ariaLabel = label;
    },
    setUnread(unread, description) {
      badge.hidden = unread === 0;
      badge.textContent = unread > 9 ? '9+' : String(unread);
      launcher.ariaDescription = unread === 0 ? null : description;
    },
    panelFocused: () => frame !== null && shadow.activeElement === frame,
    remove: () => host.remove(),
  };
}
