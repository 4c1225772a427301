import type { JSX } from 'preact';

const PATHS = {
  bubble:
    'M4 12a8 7.6 0 0 1 8-7.6A8 7.6 0 0 1 20 12a8 7.6 0 0 1-8 7.6 9 9 0 0 1-3.4-.66L4.4 20l1.2-3.4A7.2 7.2 0 0 1 4 12ZM8.7 12h.01M12 12h.01M15.3 12h.01',
  close: 'M6 6l12 12M18 6 6 18',
  send: 'M12 19V5.5M5.5 12 12 5.5l6.5 6.5',
  down: 'M12 5v14M6 13l6 6 6-6',
  edit: 'M4 20h4L19.5 8.5a2.1 2.1 0 0 0-3-3L5 17v3M14.5 7.5l3 3',
  trash: 'M4.5 7h15M10 11v6M14 11v6M6.5 7l.8 12h9.4l.8-12M9.5 7V4.5h5V7',
  alert: 'M12 8v5M12 16.5h.01M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  more: 'M4.5 12h1M11.5 12h1M18.5 12h1M5 11.5v1M12 11.5v1M19 11.5v1',
  smile:
    'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM8.5 14.2a4.3 4.3 0 0 0 7 0M9 9.5h.01M15 9.5h.01',
  clip: 'm20 11.5-7.8 7.8a5 5 0 0 1-7.1-7.1l8.2-8.2a3.4 3.4 0 0 1 4.8 4.8l-8.1 8.1a1.7 1.7 0 0 1-2.4-2.4l7.4-7.4',
  mic: 'M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3',
} as const;

/** Drawn for the eye only: the words stand beside it. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }): JSX.Element {
  return <Drawing path={PATHS[name]} />;
}

export function Drawing({ path }: { readonly path: string }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  );
}
