// A real Firefox, where the machine has one: driven over WebDriver BiDi, as Playwright needs its own.
import { existsSync } from 'node:fs';
import { type Browser, launch } from 'puppeteer-core';

const usualPlaces = [
  process.env['FIREFOX_PATH'],
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** Null: there is none here. */
export async function launchFirefox(): Promise<Browser | null> {
  const executablePath = usualPlaces.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) return null;
  return launch({ browser: 'firefox', executablePath, headless: true });
}
