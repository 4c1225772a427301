import { violations } from './harness/axe.ts';
import { shown } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

test('an owner sees how much was asked and how fast it was answered, and takes it along', async ({
  stage,
}) => {
  const server = await stage.server();
  const { agent } = await stage.conversation(server.url, server.url, { reducedMotion: 'reduce' });
  await agent.say('good morning');
  // Reports tell what was answered when they are asked for.
  await expect(shown(agent.log, 'good morning')).toHaveAttribute('data-state', /sent|read/);
  const { page } = agent;
  await page.goto(`${server.url}/admin/reports`);
  await expect(page.getByRole('heading', { name: 'Reports', level: 1 })).toBeVisible();
  await expect(page.getByRole('region', { name: 'By agent' })).toBeVisible();
  // The bar of today.
  await expect(page.locator('.recharts-bar-rectangle path')).toHaveCount(1);
  // By arrow keys, too: all figures of a day.
  await page.locator('.recharts-surface').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('status').filter({ hasText: 'First response' })).toBeVisible();
  await page.getByLabel('Figure').selectOption('First response');
  await expect(page.getByRole('img', { name: 'By day: First response' })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/^parley-.*\.csv$/);
  for (const [colorScheme, width] of [
    ['light', 1440],
    ['dark', 390],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(page), `${colorScheme} ${width}`).toEqual([]);
  }
});
