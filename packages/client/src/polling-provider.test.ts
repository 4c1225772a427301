import type { UpdatesAnswer } from '@parley/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { ApiError } from './api-error.ts';
import { memoryOutbox } from './outbox-store.ts';
import {
  createPollingProvider,
  type PollingProvider,
  type PollRequest,
} from './polling-provider.ts';
import { SimulatedClock } from './testing/simulated-clock.ts';

/** A polling provider whose requests the test answers one by one. */
class Subject {
  readonly clock = new SimulatedClock();
  readonly asked: PollRequest[] = [];
  readonly told: string[] = [];
  readonly provider: PollingProvider;
  #answer: { resolve: (answer: UpdatesAnswer) => void; reject: (error: Error) => void } | null =
    null;

  constructor() {
    this.provider = createPollingProvider({
      environment: {
        now_ms: () => this.clock.now_ms(),
        after: (delay_ms, callback) => this.clock.after(delay_ms, callback),
        random: () => 0.5,
        uuid: () => '',
        fetch: () => Promise.reject(new Error('it asks through `poll`')),
        openSocket: () => {
          throw new Error('it needs no socket');
        },
        upload: () => Promise.reject(new Error('it sends no files')),
        loadPusher: () => Promise.reject(new Error('it needs no socket')),
        loadPolling: () => Promise.reject(new Error('it needs no socket')),
        loadConversation: () => Promise.reject(new Error('it needs no socket')),
        visible: () => true,
        online: () => true,
        onPage: () => () => undefined,
        onStorage: () => () => undefined,
        outbox: memoryOutbox(),
        tabs: null,
      },
      interval_ms: 2_000,
      wait_s: 25,
      poll: (request) => {
        this.asked.push(request);
        return new Promise((resolve, reject) => {
          this.#answer = { resolve, reject };
          request.signal.addEventListener('abort', () => reject(new ApiError(0, 'aborted', '')));
        });
      },
      handlers: {
        onWorking: (working) => this.told.push(working ? 'working' : 'failing'),
        onSubscribed: (channel, heads) =>
          this.told.push(`subscribed ${channel}${heads ? ' with its head' : ''}`),
        onEvent: (channel, event) => this.told.push(`${event} on ${channel}`),
        onUnauthorized: () => this.told.push('unauthorized'),
        onDegraded: () => undefined,
        onNote: () => undefined,
      },
    });
    this.provider.follow(new Set(['a']));
    onTestFinished(() => this.provider.stop());
  }

  async answer(answer: Partial<UpdatesAnswer> & { cursor: string }): Promise<void> {
    this.#answer?.resolve({ success: true, events: [], ...answer });
    await this.clock.advance(0);
  }

  async fail(status: number, retryAfter_s: number | null = null): Promise<void> {
    this.#answer?.reject(new ApiError(status, 'x', 'x', { retryAfter_s }));
    await this.clock.advance(0);
  }

  get last(): PollRequest | undefined {
    return this.asked.at(-1);
  }
}

test('[RT-3][SYNC-6] first where to begin, then the heads are compared, then it waits for news', async () => {
  const subject = new Subject();
  subject.provider.start();
  expect(subject.last).toMatchObject({ cursor: null, wait_s: 0 });
  await subject.answer({ cursor: '1' });
  expect(subject.told).toEqual(['working', 'subscribed a']);
  expect(subject.last).toMatchObject({ cursor: '1', wait_s: 25 });
  await subject.answer({ cursor: '2', events: [{ channel: 'a', event: 'E', data: {} }] });
  expect(subject.told.at(-1)).toBe('E on a');
  expect(subject.last).toMatchObject({ cursor: '2', wait_s: 25 });
});

test('[RT-3] reset: the heads are compared again, and it asks on from the new cursor', async () => {
  const subject = new Subject();
  subject.provider.start();
  await subject.answer({ cursor: '1' });
  await subject.answer({ cursor: '9', reset: true });
  expect(subject.told).toEqual(['working', 'subscribed a', 'working', 'subscribed a']);
  expect(subject.last?.cursor).toBe('9');
});

test('[RT-3] a channel that is added: asked anew at once from the same cursor, and compared', async () => {
  const subject = new Subject();
  subject.provider.start();
  await subject.answer({ cursor: '1' });
  const waiting = subject.last;
  subject.provider.follow(new Set(['a', 'b']));
  await subject.clock.advance(0);
  expect(waiting?.signal.aborted).toBe(true);
  expect(subject.last).toMatchObject({ cursor: '1', channels: new Set(['a', 'b']) });
  expect(subject.told.at(-1)).toBe('subscribed b');
  subject.provider.follow(new Set(['b']));
  await subject.clock.advance(0);
  expect(subject.asked).toHaveLength(3);
});

test.each([429, 503])(
  '[RT-3] %i with Retry-After is kept, whoever is in a hurry',
  async (status) => {
    const subject = new Subject();
    subject.provider.start();
    await subject.fail(status, 40);
    subject.provider.kick();
    await subject.clock.advance(39_000);
    expect(subject.asked).toHaveLength(1);
    await subject.clock.advance(5_000);
    expect(subject.asked).toHaveLength(2);
  },
);

test('[RT-4] a kick ends any other rest at once', async () => {
  const subject = new Subject();
  subject.provider.start();
  for (let failure = 0; failure < 6; failure += 1) {
    await subject.fail(0);
    await subject.clock.advance(30_000);
  }
  await subject.fail(0);
  const before = subject.asked.length;
  subject.provider.kick();
  await subject.clock.advance(0);
  expect(subject.asked).toHaveLength(before + 1);
});

test('[RT-3] after an outage a plain request shows that it works, then it waits again', async () => {
  const subject = new Subject();
  subject.provider.start();
  await subject.answer({ cursor: '1' });
  await subject.fail(0);
  await subject.clock.advance(2_000);
  expect(subject.last).toMatchObject({ cursor: '1', wait_s: 0 });
  await subject.answer({ cursor: '1' });
  expect(subject.last).toMatchObject({ wait_s: 25 });
  expect(subject.told.slice(-2)).toEqual(['failing', 'working']);
});

test('[RT-3] stopped and started again at once: one loop', async () => {
  const subject = new Subject();
  for (let time = 0; time < 5; time += 1) {
    subject.provider.start();
    subject.provider.stop();
  }
  subject.provider.start();
  subject.provider.start();
  await subject.clock.advance(60_000);
  expect(subject.asked.filter(({ signal }) => !signal.aborted)).toHaveLength(1);
});

test('a session that is not known is told, and not hammered', async () => {
  const subject = new Subject();
  subject.provider.start();
  await subject.fail(401);
  expect(subject.told).toEqual(['unauthorized', 'failing']);
  expect(subject.asked).toHaveLength(1);
});
