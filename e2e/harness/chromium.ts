// A real Chromium for the stories: one that is there, else the system's package manager, else
// Playwright's own download.
import { chromium } from '@playwright/test';
import { existsSync } from 'node:fs';
import { run } from '../../scripts/lib/process.ts';

const usualPlaces = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export type ChromiumSearch =
  | { readonly found: true; readonly path: string }
  | { readonly found: false; readonly tried: readonly string[] };

export function findChromium(): string | undefined {
  return [...usualPlaces, chromium.executablePath()].find(
    (path) => path !== undefined && path !== '' && existsSync(path),
  );
}

export async function ensureChromium(): Promise<ChromiumSearch> {
  const tried: string[] = [];
  for (const command of [undefined, await systemInstall(), 'playwright install chromium']) {
    if (command !== undefined) {
      console.log(`No Chromium here; trying: ${command}`);
      const { code, output } = await run(command, { env: { DEBIAN_FRONTEND: 'noninteractive' } });
      if (code !== 0) tried.push(`${command}\n${output.trim().split('\n').slice(-5).join('\n')}`);
    }
    const path = findChromium();
    if (path !== undefined) return { found: true, path };
  }
  return { found: false, tried };
}

async function systemInstall(): Promise<string | undefined> {
  if (findChromium() !== undefined || !(await succeeds('command -v apt-get'))) return undefined;
  const sudo = process.getuid?.() === 0 ? '' : 'sudo -n ';
  if (sudo !== '' && !(await succeeds('sudo -n true'))) return undefined;
  return `${sudo}apt-get update -qq && ${sudo}apt-get install -y -qq chromium`;
}

async function succeeds(command: string): Promise<boolean> {
  return (await run(command)).code === 0;
}
