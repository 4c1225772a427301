import { chime as play } from '@parley/client';
import { createPreference } from '../ui/preference.ts';

export const sound = createPreference('parley.sound', ['on', 'off'], 'on');

/** A soft sound, in one tab of the browser, where the agent wants one. */
export function chime(): void {
  if (sound.get() === 'on') void play();
}
