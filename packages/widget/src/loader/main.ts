import { takeQueue } from './api.ts';
import { createParley } from './parley.ts';

function start(): void {
  // Known only while a classic script runs; a page may also have inserted it by code of its own.
  const script =
    document.currentScript instanceof HTMLScriptElement
      ? document.currentScript
      : document.querySelector<HTMLScriptElement>('script[data-token][src*="chatbot-widget.js"]');
  const token = script?.dataset['token'];
  const page = globalThis as { Parley?: unknown };
  const before = page.Parley;
  // Loaded before: one widget is enough.
  if (typeof before === 'object' && before !== null && 'state' in before) return;
  if (script === null || !token) {
    reportError(new Error('Parley: data-token is missing'));
    return;
  }
  const api = createParley(
    {
      base: new URL('.', script.src),
      token,
      debug: script.dataset['debug'],
      locale: script.dataset['locale'] ?? null,
    },
    () => {
      if (page.Parley === api) delete page.Parley;
    },
  );
  page.Parley = api;
  takeQueue(before, api);
}

start();
