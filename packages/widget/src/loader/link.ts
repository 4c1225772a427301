import { seal } from '../bridge/bridge.ts';
import { receiveInHost, type ToHost } from '../bridge/to-host.ts';
import type { ToPanel } from '../bridge/to-panel.ts';
import type { Stage } from './stage.ts';

/** How long a panel may take before it is loaded again. */
const LOAD_MS = 15_000;

/** The loader's end of the bridge. Loads the panel when it is first needed. */
export interface Link {
  load(): void;
  /** Said now, or when the panel is there. Loads it. */
  say(message: ToPanel): void;
  /** Said only if the panel is there: it learns the rest from `hello`. */
  mention(message: ToPanel): void;
  close(): void;
}

export function createLink(options: {
  readonly stage: Stage;
  readonly panelUrl: URL;
  readonly hello: () => ToPanel;
  readonly heard: (message: ToHost) => void;
}): Link {
  const { stage, panelUrl } = options;
  const waiting: ToPanel[] = [];
  let state: 'unloaded' | 'loading' | 'ready' = 'unloaded';
  let timer: ReturnType<typeof setTimeout> | undefined;

  function post(message: ToPanel): void {
    stage.frame()?.contentWindow?.postMessage(seal(message), panelUrl.origin);
  }

  function load(): void {
    state = 'loading';
    stage.load(panelUrl.href);
    // A server that is just starting answers with an error page, which would stay for good.
    timer = setTimeout(load, LOAD_MS);
  }

  function onMessage(event: MessageEvent<unknown>): void {
    const window = stage.frame()?.contentWindow ?? null;
    const message = receiveInHost({ window, origin: panelUrl.origin }, event);
    if (message === null) return;
    if (message.type === 'ready') {
      clearTimeout(timer);
      state = 'ready';
      stage.setReady(true);
      post(options.hello());
      for (const early of waiting.splice(0)) post(early);
    }
    options.heard(message);
  }
  addEventListener('message', onMessage);

  return {
    load() {
      if (state === 'unloaded') load();
    },
    say(message) {
      this.load();
      if (state === 'ready') post(message);
      else waiting.push(message);
    },
    mention(message) {
      if (state === 'ready') post(message);
    },
    close() {
      clearTimeout(timer);
      removeEventListener('message', onMessage);
    },
  };
}
