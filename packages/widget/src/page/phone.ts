import type { ParleyApi } from '../../embed/parley.ts';
import { PHONE } from '../loader/style.ts';

/** The open panel, as far as the page is concerned. */
export interface OpenPanel {
  readonly box: HTMLElement;
  readonly close: () => void;
  readonly on: ParleyApi['on'];
}

let watched = false;

/**
 * As long as the panel is open: where it fills the screen, the page behind it stays where it is, the
 * panel follows what the keyboard leaves free, and the system's way back closes it, not the page.
 */
export function watchOpen({ box, close, on }: OpenPanel): void {
  if (watched) return;
  watched = true;
  const stop = new AbortController();
  const { signal } = stop;
  const root = document.documentElement;
  const { overflow } = root.style;
  const phone = matchMedia(PHONE);
  const viewport = globalThis.visualViewport;

  function fit(): void {
    // Who magnifies the page magnifies the panel with it.
    if (viewport && viewport.scale > 1 && !signal.aborted) return;
    const covers = phone.matches && !signal.aborted;
    box.style.setProperty('--height', covers && viewport ? `${viewport.height}px` : '');
    box.style.setProperty('--top', covers && viewport ? `${viewport.offsetTop}px` : '');
    root.style.overflow = covers ? 'hidden' : overflow;
    if (root.getAttribute('style') === '') root.removeAttribute('style');
  }

  for (const event of ['resize', 'scroll']) viewport?.addEventListener(event, fit, { signal });
  phone.addEventListener('change', fit, { signal });
  fit();
  const goBack = phone.matches ? holdBack(close) : null;
  const off = on('close', () => {
    off();
    watched = false;
    stop.abort();
    fit();
    goBack?.();
  });
}

const MARK = 'parley';

/** What a page keeps with an entry of the history, if something can be added to it; else null. */
function stateOfPage(): object | null {
  const state: unknown = history.state ?? {};
  return typeof state === 'object' && !Array.isArray(state) ? state : null;
}

/**
 * An entry of the history for the panel. It has the page's own address and state: a router that hears
 * of its end hears that it is where it was.
 * @returns takes the entry out again
 */
function holdBack(close: () => void): () => void {
  const state = stateOfPage();
  if (state === null) return () => undefined;
  const isHere = (): boolean => MARK in (stateOfPage() ?? {});
  // Not the page's own method: that may be a router's, or count visits.
  if (!isHere()) History.prototype.pushState.call(history, { ...state, [MARK]: true }, '');
  const stop = new AbortController();
  addEventListener(
    'popstate',
    (event) => {
      if (isHere()) return;
      event.stopImmediatePropagation();
      stop.abort();
      close();
    },
    // Before the page's listeners, where the browser calls those in this order.
    { signal: stop.signal, capture: true },
  );
  return () => {
    if (stop.signal.aborted) return;
    // Elsewhere by now: the page went on, and its own way back is right.
    if (isHere()) history.back();
    else stop.abort();
  };
}
