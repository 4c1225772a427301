import { createPreference } from '../ui/preference.ts';

/** The switch of RT-9, kept in this browser so that it also covers the start after a reload. */
export const debugLog = createPreference('parley.debug', ['off', 'on'], 'off');

/** One readable console line where the switch is on; else silence. */
export function debugLine(line: string): void {
  // oxlint-disable-next-line no-console -- the console is what was asked for (RT-9)
  if (debugLog.get() === 'on') console.info(`[parley] ${line}`);
}
