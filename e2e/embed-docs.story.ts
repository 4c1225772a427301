// Each example of docs/embed.md, run as it stands there.
import { readFile, writeFile, mkdtemp, mkdir, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { run } from '../scripts/lib/process.ts';
import { root } from '../scripts/lib/paths.ts';
import { newAgent } from './harness/api.ts';
import { expectSaid, openChat, openVisitor } from './harness/people.ts';
import { type LiveServer, siteToken } from './harness/server.ts';
import { expect, test } from './harness/story.ts';

const guide = await readFile(join(root, 'docs/embed.md'), 'utf8');
const examples = Array.from(
  guide.matchAll(/^```(\w*)\n(.*?)^```$/gms),
  ([, language = '', code = '']) => ({ language, code }),
);

/** The example with these words in it, for this server. */
function example(words: string, server: LiveServer): string {
  const found = examples.filter(({ code }) => code.includes(words));
  expect(found, `examples with "${words}"`).toHaveLength(1);
  return (found[0]?.code ?? '')
    .replaceAll('https://chat.example.com', server.url)
    .replaceAll('SITE_TOKEN', siteToken);
}

const embedded = (server: LiveServer): string => example('<script async src', server);

interface Shop {
  readonly Parley: { readonly state: { readonly open: boolean } };
  readonly broken: string[];
}

test('[SPEC §11] the line, the script API and the content policy of the guide; on a page that isolates itself', async ({
  stage,
}) => {
  const server = await stage.server();
  const policy = example("'strict-dynamic'", server).trim().replace('RANDOM', 'of-this-page');
  const withNonce = (html: string): string =>
    html.replaceAll('<script', '<script nonce="of-this-page"');
  const website = await stage.website(
    withNonce(`<!doctype html><html lang="en"><title>A shop</title>
      <script>
        window.broken = [];
        document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
          window.broken.push(violatedDirective + ' ' + blockedURI));
      </script>
      ${example("['on', 'ready'", server)}${embedded(server)}`),
    {
      headers: {
        'content-security-policy': `default-src 'none'; ${policy}; require-trusted-types-for 'script'`,
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      },
    },
  );
  const page = await stage.browser();
  const lines: string[] = [];
  page.on('console', (line) => lines.push(line.text()));
  await page.goto(website.url);
  // It opened by itself, as the example says.
  const panel = page.frameLocator('iframe[title="Chat"]');
  const composer = panel.getByRole('textbox', { name: 'Message', exact: true });
  await expect(composer).toBeFocused();
  await expect(panel.locator('html')).toHaveCSS('color-scheme', 'dark');
  await composer.fill('through the narrow gate');
  await composer.press('Enter');
  await expect(panel.locator('[data-state="sent"]')).toBeVisible();

  const agent = await newAgent(server.url);
  const { body } = await agent.call('GET', '/admin/chatbot');
  expect(JSON.stringify(body)).toContain('Ada Lovelace');
  expect(JSON.stringify(body)).toContain('"attributes":{"plan":"gold"}');
  await page.evaluate(() =>
    (globalThis as unknown as { Parley: { close(): void } }).Parley.close(),
  );
  const id = /"conversations":\[\{"id":(\d+)/.exec(JSON.stringify(body))?.[1];
  await agent.call('POST', `/admin/chatbot/${id}/reply`, {
    text: 'I see you',
    client_message_id: crypto.randomUUID(),
  });
  await expect.poll(() => lines).toContain('1 unread');
  const { broken, isolated } = await page.evaluate(() => ({
    broken: (globalThis as unknown as Shop).broken,
    isolated: globalThis.crossOriginIsolated,
  }));
  expect({ broken, isolated }).toEqual({ broken: [], isolated: true });
});

test('[SEC-2] who the backend of the site vouches for finds the conversation on another device', async ({
  stage,
}) => {
  const server = await stage.server();
  const agent = await newAgent(server.url);
  const made = await agent.call('POST', '/admin/sites/1/identity-secret');
  const { identity_secret } = z.object({ identity_secret: z.string() }).parse(made.body);
  const backend = `data:text/javascript,${encodeURIComponent(example('createHmac', server))}`;
  const { identityToken } = (await import(backend)) as {
    identityToken: (user: { id: string; name: string; email: string }, secret: string) => string;
  };
  const ada = { id: 'customer-7', name: 'Ada', email: 'ada@shop.example' };
  let answer = (): string | null => null;
  const website = await stage.website(
    `<!doctype html><html lang="en"><title>A shop</title>
     <script>
       window.told = [];
       window.Parley = [['on', 'identity', ({ error }) => window.told.push(error)]];
     </script>${embedded(server)}${example('/chat-identity', server)}`,
    { files: { '/chat-identity': { type: 'text/plain', body: () => answer() } } },
  );
  const told = (page: { evaluate<T>(ask: () => T): Promise<T> }): Promise<unknown> =>
    page.evaluate(() => (globalThis as unknown as { told: unknown }).told);

  // Written before signing in, on a phone, and kept by the person who then signs in.
  const phone = await stage.browser();
  const visitor = await openVisitor(phone, website.url, '/');
  await visitor.say('from the phone');
  await expect(visitor.log.locator('[data-state="sent"]')).toBeVisible();
  answer = () => identityToken(ada, identity_secret);
  await phone.reload();
  await expect.poll(() => told(phone)).toEqual([null]);

  const laptop = await openVisitor(await stage.browser(), website.url, '/');
  await expectSaid(laptop.log, ['from the phone']);
  expect(await told(laptop.page)).toEqual([null]);
  await laptop.say('and from the laptop');
  const again = await openChat(phone);
  await expectSaid(again.log, ['from the phone', 'and from the laptop']);

  // Logged out: whoever sits there now is somebody else.
  answer = () => null;
  await laptop.page.evaluate(() =>
    (globalThis as unknown as { Parley: { reset(): void } }).Parley.reset(),
  );
  await expect(laptop.log.locator('[data-message]')).toHaveCount(0);

  // Forged: the site hears of it, the visitor talks like any other.
  answer = () => identityToken(ada, 'a guess');
  const forger = await openVisitor(await stage.browser(), website.url, '/');
  await expect.poll(() => told(forger.page)).toEqual(['invalid_identity_token']);
  await forger.say('not Ada');
  await expectSaid(forger.log, ['not Ada']);
  await expect(forger.log.locator('[data-state="sent"]')).toBeVisible();
});

test('the React component of the guide', async ({ stage }) => {
  const server = await stage.server();
  await mkdir(join(root, '.cache'), { recursive: true });
  // Within the checkout, where `react` is found.
  const folder = await mkdtemp(join(root, '.cache/react-app-'));
  try {
    await cp(join(root, 'packages/widget/embed'), folder, { recursive: true });
    await writeFile(join(folder, 'main.tsx'), example('createRoot', server));
    await writeFile(
      join(folder, 'index.html'),
      '<!doctype html><html lang="en"><title>App</title><div id="app"></div><script type="module" src="main.tsx"></script>',
    );
    const { code, output } = await run('vite build --base ./ --logLevel warn', { cwd: folder });
    expect(code, output).toBe(0);
    const html = await readFile(join(folder, 'dist/index.html'), 'utf8');
    const path = /src="\.\/(assets\/[^"]+)"/.exec(html)?.[1] ?? '';
    const script = await readFile(join(folder, 'dist', path), 'utf8');
    const website = await stage.website(html, {
      files: { [`/${path}`]: { type: 'text/javascript', body: () => script } },
    });
    const page = await stage.browser();
    await page.goto(website.url);
    await page.getByRole('button', { name: 'Help (0)' }).click();
    const panel = page.frameLocator('iframe[title="Chat"]');
    await expect(panel.getByRole('textbox', { name: 'Message', exact: true })).toBeFocused();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the test page is a playground: what the widget tells it, and without WebSockets', async ({
  stage,
}) => {
  const server = await stage.server();
  const page = await stage.browser();
  await page.goto(`${server.url}/chatbot-test.html`);
  await page.getByRole('link', { name: 'Without WebSockets' }).click();
  await page.getByLabel('Name of the visitor').fill('Grace');
  await page.getByRole('button', { name: 'Set visitor' }).click();
  await page.getByLabel('Theme').selectOption('dark');
  await page.getByLabel('Language').selectOption('de');
  await page.getByRole('button', { name: 'Chat öffnen' }).click();
  const panel = page.frameLocator('iframe[title="Chat"]');
  await panel.getByRole('textbox', { name: 'Nachricht', exact: true }).fill('over HTTP alone');
  await page.keyboard.press('Enter');
  await expect(panel.locator('[data-state="sent"]')).toBeVisible();
  await expect(panel.locator('html')).toHaveCSS('color-scheme', 'dark');
  await expect(page.getByRole('definition').first()).toHaveText('polling');
  await expect(page.getByRole('listitem').filter({ hasText: 'open' })).toBeVisible();
  const agent = await newAgent(server.url);
  await expect
    .poll(async () => JSON.stringify((await agent.call('GET', '/admin/chatbot')).body))
    .toContain('Grace');
});
