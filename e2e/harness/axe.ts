import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeBuilder } from '@axe-core/playwright';
import type { Frame, Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const { resolve } = createRequire(import.meta.resolve('@axe-core/playwright'));
const source = readFileSync(resolve('axe-core/axe.min.js'), 'utf8');

type AxeResults = Awaited<ReturnType<AxeBuilder['analyze']>>;
type RunOptions = Parameters<AxeBuilder['options']>[0];

interface WithAxe {
  readonly axe?: { run(options: RunOptions): Promise<AxeResults> };
}

/**
 * What is wrong by WCAG 2.2 AA, and where; frames included, each by itself. `AxeBuilder` would load axe
 * anew each time and put the results together in a page of its own: three times the work.
 * @param rules of axe; without them all that belong to it
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const options: RunOptions = {
    iframes: false,
    resultTypes: ['violations'],
    runOnly:
      rules === undefined ? { type: 'tag', values: TAGS } : { type: 'rule', values: [...rules] },
  };
  const found: string[] = [];
  for (const frame of page.frames()) found.push(...(await violationsIn(frame, options)));
  return found;
}

async function violationsIn(frame: Frame, options: RunOptions): Promise<string[]> {
  const isLoaded = await frame.evaluate(() => (globalThis as WithAxe).axe !== undefined);
  // By the browser's own hand: no content policy of the page forbids it.
  if (!isLoaded) await frame.evaluate(source);
  const { violations: found } = await frame.evaluate(async (how) => {
    const { axe } = globalThis as WithAxe;
    if (axe === undefined) throw new Error('axe is not there');
    return axe.run(how);
  }, options);
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target }) => `${id}: ${help} (${target.join(' ')})`),
  );
}
