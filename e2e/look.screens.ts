// Pictures for people to look at, into `.cache/screenshots`. Nothing is compared.
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { cacheDir } from '../scripts/lib/paths.ts';
import {
  expectProviders,
  inbox,
  openFirstConversation,
  openVisitor,
  shown,
  signInAgent,
} from './harness/people.ts';
import { expect, test } from './harness/story.ts';

const sizes = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

const dialogue = [
  ['visitor', 'Hi! Does the blue chair come with armrests?'],
  ['agent', 'Good morning! It does: they are screwed on, and you can leave them off.'],
  ['visitor', 'Lovely. And how long does delivery to Lisbon take?'],
  ['agent', 'Four working days. If you order before noon it leaves the house today.'],
  ['agent', 'Here is the table with all sizes: https://shop.example/chairs/blue#sizes'],
  ['visitor', 'Perfect, thank you 🙂'],
] as const;

for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${size}, ${colorScheme}`, async ({ stage }) => {
      const server = await stage.server();
      const take = (page: Page, what: string): Promise<Buffer> =>
        page.screenshot({
          path: join(cacheDir, 'screenshots', `${what}-${size}-${colorScheme}.png`),
          animations: 'disabled',
        });
      const agentPage = await stage.browser({ viewport, colorScheme });
      await agentPage.goto(`${server.url}/admin`);
      await expect(agentPage.getByLabel('Password')).toBeVisible();
      await take(agentPage, 'dashboard-1-sign-in');
      await signInAgent(agentPage, server.url);
      await take(agentPage, 'dashboard-2-empty');

      const visitorPage = await stage.browser({ viewport, colorScheme });
      await visitorPage.goto(`${server.url}/chatbot-test.html`);
      await expect(visitorPage.getByRole('button', { name: 'Open chat' })).toBeVisible();
      await take(visitorPage, 'widget-1-launcher');
      const visitor = await openVisitor(visitorPage, server.url);
      await take(visitorPage, 'widget-2-welcome');

      await visitor.say(dialogue[0][1]);
      await expect(inbox(agentPage).getByRole('link').first()).toBeVisible();
      await take(agentPage, 'dashboard-3-inbox');
      const agent = await openFirstConversation(agentPage);
      await expectProviders(visitorPage, agentPage, 'reverb');
      for (const [who, text] of dialogue.slice(1)) {
        const [from, to] = who === 'visitor' ? [visitor, agent] : [agent, visitor];
        await from.say(text);
        await expect(shown(to.log, text)).toBeVisible();
      }
      await visitor.composer.pressSequentially('One more thing');
      await expect(agentPage.getByText(/is typing/i).first()).toBeVisible();
      await take(agentPage, 'dashboard-4-conversation');
      await take(visitorPage, 'widget-3-conversation');
    });
  }
}
