import type { LogMessage } from '@parley/client';
import type { Notebook } from './notebook.ts';

/** Tells of messages that nobody looks at. */
export interface News {
  /** A new message of the other side. */
  readonly arrived: (message: LogMessage) => void;
  readonly attention: (attended: boolean) => void;
}

export function createNews(notebook: Notebook): News {
  let attended = false;
  return {
    arrived() {
      if (attended || !notebook.sound()) return;
      void sound();
    },
    attention(now) {
      attended = now;
    },
  };
}

async function sound(): Promise<void> {
  const { chime } = await import('./sound.ts');
  await chime();
}
