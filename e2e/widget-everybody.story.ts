import type { Page } from '@playwright/test';
import { violations } from './harness/axe.ts';
import { openGallery, type Gallery } from './harness/gallery.ts';
import { expect, test } from './harness/story.ts';

interface State {
  readonly scene: string;
  /** What is done in the scene, and what shows that it is done. */
  readonly act?: (page: Page) => Promise<void>;
  readonly shows?: string;
}

/** What the gallery leaves for those who look. */
interface Shown {
  readonly chat: { readonly view: { get(): { readonly messages: readonly unknown[] } | null } };
}

const press = (selector: string) => (page: Page) => page.locator(selector).first().click();

/** Each state of the panel that a person can meet. */
const STATES: readonly State[] = [
  { scene: 'loading' },
  { scene: 'faces' },
  { scene: 'away' },
  { scene: 'preview' },
  {
    scene: 'required',
    async act(page) {
      await page.locator('textarea').fill('hello');
      await page.locator('textarea').press('Enter');
    },
    shows: '[aria-invalid=true]',
  },
  { scene: 'contact', shows: '.card' },
  { scene: 'details', shows: '.card' },
  { scene: 'rating', act: press('.faces-row label'), shows: '.card textarea' },
  { scene: 'talk', act: press('.me .change button'), shows: '.editing' },
  { scene: 'talk', act: press('.me .change button:last-child'), shows: '.ask' },
  { scene: 'talk', act: press('.emoji button'), shows: '.picker [title]' },
  { scene: 'options', act: press('.options button'), shows: '[role=menu]' },
  {
    scene: 'options',
    async act(page) {
      await press('.options button')(page);
      await press('[role=menuitem]')(page);
    },
    shows: '.card',
  },
  { scene: 'typing' },
  { scene: 'trouble' },
  { scene: 'files', shows: '.player' },
  { scene: 'files', act: press('button.picture'), shows: '.lightbox' },
  { scene: 'offline' },
  { scene: 'refused' },
];

/** Only colours differ in the dark. */
const RULES = { light: undefined, dark: ['color-contrast'] };

let gallery: Gallery;
test.beforeAll(async () => {
  gallery = await openGallery();
});
test.afterAll(() => gallery.close());

async function enter(page: Page, state: State, query: Readonly<Record<string, string>> = {}) {
  await gallery.show(page, { scene: state.scene, ...query });
  // What draws messages is loaded after the panel.
  const talks = await page.evaluate(
    () => (globalThis as unknown as Shown).chat.view.get()?.messages.length ?? 0,
  );
  if (talks > 0) await expect(page.locator('.message').first()).toBeVisible();
  await state.act?.(page);
  if (state.shows !== undefined) await expect(page.locator(state.shows).first()).toBeVisible();
}

const name = ({ scene, shows = '' }: State): string => `${scene} ${shows}`;

test('each state of the panel is accessible by WCAG 2.2 AA, in both themes', async ({ stage }) => {
  test.setTimeout(180_000);
  const page = await stage.browser({
    viewport: { width: 400, height: 680 },
    reducedMotion: 'reduce',
  });
  const found: string[] = [];
  for (const state of STATES) {
    // A brand colour on which neither black nor white is easily read.
    await enter(page, state, { color: 'f97316' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const violation of await violations(page, RULES[colorScheme]))
        found.push(`${name(state)} ${colorScheme}: ${violation}`);
    }
  }
  expect(found).toEqual([]);

  // In the reader's own colours nothing but lines and the system's highlight tell one from another.
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  for (const [scene, one, other] of [
    ['talk', '.me .bubble', '.them .bubble'],
    ['rating', 'label:has(:checked)', 'label:not(:has(:checked))'],
  ] as const) {
    await enter(page, { scene, ...(scene === 'rating' && { act: press('.faces-row label') }) });
    const fill = (where: string): Promise<string> =>
      page
        .locator(where)
        .first()
        .evaluate((element) => getComputedStyle(element).backgroundColor);
    await expect.poll(async () => (await fill(one)) === (await fill(other)), scene).toBe(false);
    expect(await violations(page, RULES.dark)).toEqual([]);
  }
  for (const outlined of ['.card', '.card .button', '.entry', '.them .bubble', '.send'])
    await expect(page.locator(outlined).first()).toHaveCSS('border-top-width', '1px');
});

test('each state fits into 320 px, at twice the size of writing, and from right to left; all of its words are translated', async ({
  stage,
}) => {
  test.setTimeout(180_000);
  const page = await stage.browser({
    viewport: { width: 320, height: 480 },
    reducedMotion: 'reduce',
  });
  const found: string[] = [];
  for (const state of STATES) {
    await enter(page, state, { marked: '1', locale: 'de' });
    for (const words of await untranslated(page)) found.push(`${name(state)}: ${words}`);
    for (const direction of ['ltr', 'rtl']) {
      await page.locator('html').evaluate((html, dir) => {
        html.setAttribute('dir', dir);
      }, direction);
      for (const what of await cutOff(page)) found.push(`${name(state)} ${direction}: ${what}`);
    }
  }
  expect(found).toEqual([]);
});

/** Words for people, written or told, that do not come from the strings of the language. */
function untranslated(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    // What people and sites wrote, names, and dates as the browser writes them.
    const theirs =
      '.bubble:not(.gone), h1, .hello, .name, .avatar, .faces, .day, time, .grid, textarea, bdi';
    const found: string[] = [];
    const check = (words: string | null): void => {
      if (words === null || words.includes('⟦') || /\.(?:gif|pdf)$/.test(words)) return;
      if (/\p{L}{2}/u.test(words)) found.push(words);
    };
    for (const element of document.querySelectorAll('body, body *')) {
      if (element.matches('script, style')) continue;
      for (const attribute of ['aria-label', 'title', 'placeholder', 'alt'])
        if (element.closest('.grid, .faces') === null) check(element.getAttribute(attribute));
      if (element.closest(theirs) !== null) continue;
      for (const node of element.childNodes)
        if (node.nodeType === Node.TEXT_NODE) check(node.textContent);
    }
    return found;
  });
}

/** What reaches over an edge of the panel, and targets of less than 24 × 24 px (WCAG 2.5.8). */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const about = (element: Element): string =>
      `${element.tagName}.${element.getAttribute('class') ?? ''} ${element.getAttribute('aria-label') ?? ''}`;
    for (const element of document.querySelectorAll('.panel *')) {
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width === 0 || height === 0 || element.closest('svg, .unseen, .quiet') !== null) continue;
      if (left < -1 || right > innerWidth + 1) found.push(`over the edge: ${about(element)}`);
      // Links within words are excepted there; these stand alone.
      if (element.matches('button, input:not([type=radio])') && (width < 24 || height < 24))
        found.push(`too small, ${width} × ${height}: ${about(element)}`);
    }
    return found;
  });
}
