import type { OutboxStore } from './outbox-store.ts';
import type { ConnectPusher } from './line.ts';
import type { createPollingProvider } from './polling-provider.ts';
import type { Tabs } from './tabs.ts';
import type { VisitorConversation } from './visitor-conversation.ts';

/** What happens to the page, as far as delivery cares. In Node nothing does. */
export type PageEvent =
  | 'visible'
  | 'hidden'
  | 'online'
  | 'offline'
  | 'pagehide'
  | 'pageshow'
  | 'freeze'
  | 'resume';

/** A started timer. */
export interface Timer {
  cancel(): void;
}

/** What is needed of an answer; the platform's `Response` is one. */
export interface HttpResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** A form with files (`multipart/form-data`). */
export interface Upload {
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly {
    readonly field: string;
    readonly name: string;
    readonly blob: Blob;
  }[];
  readonly onProgress: (sent_bytes: number, total_bytes: number) => void;
  readonly signal: AbortSignal;
}

/** A WebSocket, as far as we use one. */
export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface SocketListener {
  readonly onText: (text: string) => void;
  /** It failed, or ended. */
  readonly onClose: (code: number, reason: string) => void;
}

/**
 * Everything that the client takes from its surroundings: time, chance, network and page. A test
 * drives the whole client through it, on a clock of its own.
 */
export interface Environment {
  /** Unix milliseconds. */
  now_ms(): number;
  after(delay_ms: number, callback: () => void): Timer;
  /** In [0, 1). */
  random(): number;
  /** A version 4 UUID. */
  uuid(): string;
  fetch(url: string, init: RequestInit): Promise<HttpResponse>;
  /** Sends a form with files; only where there are some. Rejects where nothing answered. */
  upload(url: string, upload: Upload): Promise<HttpResponse>;
  /** A WebSocket. Throws where the platform refuses one at once (a plain one on a TLS page). */
  openSocket(url: string, handlers: SocketListener): Socket;
  /** Loads pusher-js; only where hosted Pusher is enabled. */
  loadPusher(): Promise<ConnectPusher>;
  /** Loads the polling provider; only where no socket comes. */
  loadPolling(): Promise<typeof createPollingProvider>;
  /** Loads what a visitor's conversation is followed with; only where there is one, or is about to be. */
  loadConversation(): Promise<typeof VisitorConversation>;
  /** Whether the page is on screen; true where there is none. */
  visible(): boolean;
  /** False only where the platform knows that there is no network. */
  online(): boolean;
  /** Returns how to stop listening. */
  onPage(listener: (event: PageEvent) => void): () => void;
  /** Another tab changed the storage; `key` is null where everything was cleared. */
  onStorage(listener: (key: string | null) => void): () => void;
  /** Where messages that are not sent yet outlive the page. */
  readonly outbox: OutboxStore;
  /** The other tabs of this browser; null where there are none, or they cannot talk. */
  readonly tabs: Tabs | null;
}

/** Waits on the environment's clock; `wake` ends the wait early. */
export function pause(environment: Pick<Environment, 'after'>, delay_ms: number): Pause {
  let end: () => void;
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  const timer = environment.after(delay_ms, () => end());
  return {
    done,
    wake() {
      timer.cancel();
      end();
    },
  };
}

export interface Pause {
  readonly done: Promise<void>;
  wake(): void;
}
