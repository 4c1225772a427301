import type { Note } from './note.ts';
import type { Providers } from './providers.ts';

/** Says something to the other nodes, where there can be any. */
export function tellerOf(own: Providers['own']): (note: Note) => void {
  const realtime = own?.realtime;
  if (realtime === undefined || realtime.clusterFigures() === null) return () => undefined;
  return (note) => {
    realtime.tell(JSON.stringify(note));
  };
}
