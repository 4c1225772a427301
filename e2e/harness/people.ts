// A visitor and an agent at their browsers, by the names on screen (SPEC §11).
import { type FrameLocator, type Locator, type Page, expect } from '@playwright/test';
import { agentEmail, agentPassword } from './server.ts';

export interface ShownMessage {
  readonly seq: number | null;
  readonly state: string;
  readonly text: string;
}

/** Someone who reads and writes in one conversation. */
export interface Person {
  readonly page: Page;
  readonly log: Locator;
  readonly composer: Locator;
  /** By the Enter key, as people do. */
  say(text: string): Promise<void>;
}

export interface VisitorPerson extends Person {
  readonly panel: FrameLocator;
}

export type Provider = 'pusher' | 'reverb' | 'polling';

interface EmbeddingPage {
  readonly Parley: {
    readonly state: { readonly realtimeProvider: Provider | null; readonly unread: number };
  };
}

/** Opens the test page and the chat in it. */
export async function openVisitor(
  page: Page,
  baseUrl: string,
  path = '/chatbot-test.html',
): Promise<VisitorPerson> {
  await page.goto(baseUrl + path);
  return openChat(page);
}

/** The chat of a page that is loaded already. */
export async function openChat(page: Page): Promise<VisitorPerson> {
  await page.getByRole('button', { name: 'Open chat' }).click();
  const panel = page.frameLocator('iframe[title="Chat"]');
  const visitor = {
    page,
    panel,
    log: panel.getByRole('log'),
    composer: panel.getByRole('textbox', { name: 'Message', exact: true }),
  };
  await expect(visitor.composer).toBeVisible();
  return { ...visitor, say: (text) => say(visitor.composer, text) };
}

interface Account {
  readonly email: string;
  readonly password: string;
}

const firstAgent: Account = { email: agentEmail, password: agentPassword };

/** By the API: how people do it has stories of its own, and costs a load of the dashboard. */
export async function signIn(page: Page, baseUrl: string, who = firstAgent): Promise<void> {
  const answer = await page.request.post(`${baseUrl}/admin/login`, { data: who });
  if (!answer.ok()) throw new Error(`Sign-in: ${answer.status()} ${await answer.text()}`);
}

/** To the inbox. */
export async function signInAgent(page: Page, baseUrl: string, who = firstAgent): Promise<void> {
  await signIn(page, baseUrl, who);
  await page.goto(`${baseUrl}/admin`);
  await expect(inbox(page)).toBeVisible();
}

export const inbox = (page: Page): Locator => page.getByRole('list', { name: 'Conversations' });

/** Waits until there is a conversation, and opens the first. */
export async function openFirstConversation(page: Page): Promise<Person> {
  await inbox(page).getByRole('link').first().click();
  return openedConversation(page);
}

export async function openedConversation(page: Page): Promise<Person> {
  const composer = page.getByRole('textbox', { name: 'Reply', exact: true });
  await expect(composer).toBeVisible();
  return { page, log: page.getByRole('log'), composer, say: (text) => say(composer, text) };
}

async function say(composer: Locator, text: string): Promise<void> {
  await composer.fill(text);
  await composer.press('Enter');
}

const message = (log: Locator): Locator => log.locator('[data-message]');

export async function messagesIn(log: Locator): Promise<ShownMessage[]> {
  return message(log).evaluateAll((elements) =>
    elements.map((element) => ({
      // Empty until it is acknowledged.
      seq: Number(element.getAttribute('data-seq')) || null,
      state: element.getAttribute('data-state') ?? '',
      text: element.textContent,
    })),
  );
}

/**
 * Waits until the log shows exactly these messages, each once and in this order. What surrounds a
 * text in the page (name, time, marks) is the page's own affair.
 */
export async function expectSaid(
  log: Locator,
  texts: readonly string[],
  timeout_ms = 20_000,
): Promise<void> {
  // Of two that are found in a message, the longer one was said.
  const longestFirst = texts.toSorted((a, b) => b.length - a.length);
  const said = ({ text }: ShownMessage): string =>
    longestFirst.find((candidate) => text.includes(candidate)) ?? text;
  await expect
    .poll(async () => (await messagesIn(log)).map(said), {
      timeout: timeout_ms,
      message: 'messages in the log',
    })
    .toEqual(texts);
}

/** One's own message as the log shows it. */
export const shown = (log: Locator, text: string): Locator =>
  message(log).filter({ hasText: text });

const providerOfVisitor = (page: Page): Promise<Provider | null> =>
  page.evaluate(() => (globalThis as unknown as EmbeddingPage).Parley.state.realtimeProvider);

export const connectionOfAgent = (page: Page): Locator =>
  page.getByRole('status', { name: 'Connection' });

/** Waits until events reach both pages by these providers. */
export async function expectProviders(
  visitor: Page,
  agent: Page,
  provider: Provider,
  timeout_ms = 20_000,
): Promise<void> {
  await expect
    .poll(() => providerOfVisitor(visitor), {
      timeout: timeout_ms,
      message: "the visitor's provider",
    })
    .toBe(provider);
  await expect(connectionOfAgent(agent)).toContainText(new RegExp(provider, 'i'), {
    timeout: timeout_ms,
  });
}
