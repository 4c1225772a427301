import { MessagesAnswer, type Update, UpdatesAnswer } from '@parley/protocol';
import { expect } from 'vitest';
import { z } from 'zod/mini';
import type { TestVisitor } from './http-client.ts';
import type { RunningServer } from './running-server.ts';

export async function messagesOf(
  visitor: TestVisitor,
  id: number,
  query = '',
): Promise<MessagesAnswer> {
  const answer = await visitor.call('GET', `/api/chatbot/conversation/${id}${query}`);
  return z.parse(MessagesAnswer, answer.json);
}

export async function updatesOf(
  who: Pick<TestVisitor, 'call'>,
  path: string,
  cursor?: string,
  wait_s = 0,
): Promise<{ events: Update[]; cursor: string }> {
  const query = cursor === undefined ? '' : `cursor=${cursor}&wait=${wait_s}`;
  const glue = path.includes('?') ? '&' : '?';
  return z.parse(UpdatesAnswer, (await who.call('GET', `${path}${glue}${query}`)).json);
}

export async function untilWaiting(server: RunningServer, count: number): Promise<void> {
  await expect.poll(() => server.server.stats().waiting, { interval: 5 }).toBe(count);
}
