import type { JSX } from 'preact';
import { Drawing } from '../icons.tsx';

const PATHS = {
  save: 'M12 4v11M7 10.5l5 5 5-5M5 19.5h14',
  back: 'm14.5 6-6 6 6 6',
  forward: 'm9.5 6 6 6-6 6',
  play: 'M8 5.5v13l10.5-6.5Z',
  pause: 'M8.5 6v12M15.5 6v12',
  stop: 'M7 7h10v10H7Z',
} as const;

/** What only files need, loaded with them. */
export function FileIcon({ name }: { readonly name: keyof typeof PATHS }): JSX.Element {
  return <Drawing path={PATHS[name]} />;
}
