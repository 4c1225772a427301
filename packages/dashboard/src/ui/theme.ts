import { createPreference } from './preference.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The key is also read by public/theme.js, before the first paint. */
export const theme = createPreference<Theme>('parley.theme', THEMES, 'auto');

/** Puts the chosen theme on the page, now and after each change. */
export function followTheme(): void {
  const show = () => {
    const chosen = theme.get();
    if (chosen === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = chosen;
  };
  theme.subscribe(show);
  show();
}
