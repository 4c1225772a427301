import { seal } from '../bridge/bridge.ts';
import type { ToHost } from '../bridge/to-host.ts';
import { receiveInPanel, type ToPanel } from '../bridge/to-panel.ts';

/** The page around the panel. */
export interface Host {
  post(message: ToHost): void;
}

/** @param origin of the page around; the browser delivers to no other */
export function connectHost(origin: string, heard: (message: ToPanel) => void): Host {
  addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = receiveInPanel({ window: parent, origin }, event);
    if (message !== null) heard(message);
  });
  return { post: (message) => parent.postMessage(seal(message), origin) };
}

/** The panel opened as a page of its own: there is nobody to talk to. */
export const NO_HOST: Host = { post: () => undefined };
