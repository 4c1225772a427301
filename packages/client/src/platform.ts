import type { Environment, PageEvent, Socket, SocketListener } from './environment.ts';
import { indexedOutbox } from './indexed-outbox.ts';
import { memoryOutbox } from './outbox-store.ts';
import { browserTabs } from './tabs.ts';

/** The browser's or Node's own clock, network and page. */
export function platform(): Environment {
  const page = typeof document === 'undefined' ? null : document;
  return {
    now_ms: () => Date.now(),
    after(delay_ms, callback) {
      const timer = setTimeout(callback, delay_ms);
      return { cancel: () => clearTimeout(timer) };
    },
    random: () => Math.random(),
    uuid,
    fetch: (url, init) => fetch(url, init),
    upload: async (url, request) => (await import('./upload.ts')).upload(url, request),
    openSocket,
    loadPusher: async () => (await import('./pusher-js.ts')).connectPusher,
    loadPolling: async () => (await import('./polling-provider.ts')).createPollingProvider,
    loadConversation: async () => (await import('./visitor-conversation.ts')).VisitorConversation,
    visible: () => page === null || page.visibilityState === 'visible',
    // In Node `navigator` exists and tells nothing.
    online: () => page === null || navigator.onLine,
    onPage: (listener) => (page === null ? nothing : listenToPage(page, listener)),
    onStorage: (listener) => (page === null ? nothing : listenToStorage(listener)),
    outbox: page === null ? memoryOutbox() : indexedOutbox(),
    tabs: page === null ? null : browserTabs(),
  };
}

function nothing(): void {
  // Without a page there is nothing to stop listening to.
}

function openSocket(url: string, { onText, onClose }: SocketListener): Socket {
  const socket = new WebSocket(url);
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') onText(data);
  });
  socket.addEventListener('close', ({ code, reason }) => onClose(code, reason));
  return socket;
}

function listenToPage(page: Document, listener: (event: PageEvent) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  for (const name of ['online', 'offline', 'pagehide', 'pageshow'] as const) {
    window.addEventListener(name, () => listener(name), { signal });
  }
  for (const name of ['freeze', 'resume'] as const) {
    page.addEventListener(name, () => listener(name), { signal });
  }
  page.addEventListener(
    'visibilitychange',
    () => listener(page.visibilityState === 'visible' ? 'visible' : 'hidden'),
    { signal },
  );
  return () => stop.abort();
}

function listenToStorage(listener: (key: string | null) => void): () => void {
  const stop = new AbortController();
  window.addEventListener('storage', (event) => listener(event.key), { signal: stop.signal });
  return () => stop.abort();
}

/** `crypto.randomUUID` is missing on pages that are not served over TLS. */
function uuid(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID();
  const bytes = (crypto as Crypto).getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
