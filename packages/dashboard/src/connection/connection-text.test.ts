import type { RealtimeState } from '@parley/client';
import { expect, test } from 'vitest';
import { connectionText } from './connection-text.ts';

const state = (part: Partial<RealtimeState>): RealtimeState => ({
  realtimeProvider: null,
  realtimeConnected: false,
  channelSubscription: null,
  trouble: 'none',
  ...part,
});

test.each(['pusher', 'reverb', 'polling'] as const)('[RT-1] live by %s names it', (provider) => {
  const told = connectionText(state({ realtimeProvider: provider, realtimeConnected: true }));
  expect(told).toMatchObject({ tone: 'live', text: `Live · ${provider}` });
});

test('[RT-1] trouble is told in place of the provider that brought events before it', () => {
  expect(
    connectionText(state({ realtimeProvider: 'reverb', trouble: 'connecting' })),
  ).toMatchObject({ tone: 'waiting', text: 'Reconnecting…' });
  expect(connectionText(state({ realtimeProvider: 'reverb', trouble: 'offline' }))).toMatchObject({
    tone: 'off',
    text: 'Offline',
  });
});

test('[RT-1] the first connection is not told as a trouble', () => {
  expect(connectionText(state({})).text).toBe('Connecting…');
});
