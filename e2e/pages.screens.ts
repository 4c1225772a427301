// Pictures of the dashboard's pages, for people to look at, into `.cache/screenshots/pages`. Nothing is compared.
import { join } from 'node:path';
import { cacheDir } from '../scripts/lib/paths.ts';
import { newVisitor } from './harness/api.ts';
import { agentEmail, agentPassword } from './harness/server.ts';
import { expect, test } from './harness/story.ts';

const WIDTHS = [1440, 1024, 390] as const;
const LOCALES = ['en-GB', 'de-DE'] as const;
const LOOKS = {
  light: {},
  dark: { colorScheme: 'dark' },
  forced: { forcedColors: 'active' },
} as const;

const PAGES = {
  inbox: '/admin/chatbot',
  conversation: '/admin/chatbot/1',
  visitors: '/admin/visitors',
  reports: '/admin/reports',
  settings: '/admin/settings',
  profile: '/admin/settings/profile',
  notifications: '/admin/settings/notifications',
  canned: '/admin/settings/canned',
  labels: '/admin/settings/labels',
  sites: '/admin/settings/sites',
  install: '/admin/settings/sites/1?tab=install',
  appearance: '/admin/settings/sites/1?tab=appearance',
  chat: '/admin/settings/sites/1?tab=chat',
  proactive: '/admin/settings/sites/1?tab=proactive',
  words: '/admin/settings/sites/1?tab=words',
  hours: '/admin/settings/sites/1?tab=hours',
  security: '/admin/settings/sites/1?tab=security',
  members: '/admin/settings/members',
  teams: '/admin/settings/teams',
  webhooks: '/admin/settings/webhooks',
  audit: '/admin/settings/audit',
} as const;

for (const locale of LOCALES) {
  test(`pages, ${locale}`, async ({ stage }) => {
    test.setTimeout(600_000);
    const server = await stage.server();
    for (const text of ['Good morning', 'Does the blue chair come with armrests?', 'Hello?']) {
      const visitor = await newVisitor(server.url);
      await visitor.send(text);
      await visitor.send('And how long does delivery to Lisbon take?');
    }
    const page = await stage.browser({ locale, viewport: { width: 1440, height: 900 } });
    await page.goto(`${server.url}/admin`);
    await page.locator('input[name=email]').fill(agentEmail);
    await page.locator('input[name=password]').fill(agentPassword);
    await page.locator('button[type=submit]').click();
    await expect(page.locator('[data-conversation]').first()).toBeVisible();
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(server.url + path);
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        for (const [look, media] of Object.entries(LOOKS)) {
          await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', ...media });
          await page.screenshot({
            path: join(
              cacheDir,
              `screenshots/pages/${name}-${width}-${look}-${locale.slice(0, 2)}.png`,
            ),
            animations: 'disabled',
          });
        }
      }
    }
  });
}
