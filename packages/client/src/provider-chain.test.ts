import type { RealtimeConfig, RealtimeProvider } from '@parley/protocol';
import { describe, expect, test, vi, type TestContext } from 'vitest';
import type { Environment } from './environment.ts';
import { platform } from './platform.ts';
import type { PollRequest } from './polling-provider.ts';
import type { ProviderChain } from './provider-chain.ts';
import { createLiveChain } from './live-chain.ts';
import { authorizer, SocketHost, type Upgrades } from './testing/socket-host.ts';

/** The chain with its real connections, against our real Pusher-protocol server. */
const CHANNELS = ['private-chat.conversation.1', 'private-chat.visitor.1'];
const [MAIN = ''] = CHANNELS;

/** A machine that does much else is slow, and not wrong. */
const PATIENT = { timeout: 20_000 };

/** The platform, in a hurry: so many seconds of the product's patience are one of the test's. */
function hurried(times: number): Environment {
  const real = platform();
  return {
    ...real,
    now_ms: () => real.now_ms() * times,
    after: (delay_ms, callback) => real.after(delay_ms / times, callback),
  };
}

/** The polling provider's server: never any news. Counts the requests that are under way. */
class Updates {
  underWay = 0;
  most = 0;

  async poll({ wait_s, signal }: PollRequest) {
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait_s * 100);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.underWay -= 1;
    return { success: true as const, events: [], cursor: '1' };
  }
}

class Subject {
  readonly chain: ProviderChain;
  readonly updates = new Updates();
  readonly asked: (readonly string[])[];
  readonly events: [string, string, RealtimeProvider][] = [];
  readonly refused: string[] = [];
  readonly lines: string[] = [];

  constructor(
    { onTestFinished }: TestContext,
    hosts: { pusher?: SocketHost; reverb?: SocketHost },
    { refused = [], hurry = 10 }: { refused?: readonly string[]; hurry?: number } = {},
  ) {
    const { authorize, asked } = authorizer(new Set(refused));
    this.asked = asked;
    this.chain = createLiveChain({
      environment: hurried(hurry),
      config: configOf(hosts),
      authorize,
      poll: (request) => this.updates.poll(request),
      debug: (line) => this.lines.push(line),
      handlers: {
        onSubscribed: () => Promise.resolve(),
        onEvent: (channel, event, _data, provider) => this.events.push([channel, event, provider]),
        onRefused: (channel) => this.refused.push(channel),
        onUnauthorized: () => undefined,
        onReturn: () => undefined,
        onDoubt: () => undefined,
      },
    });
    this.chain.follow(CHANNELS, MAIN);
    this.chain.start();
    onTestFinished(() => this.chain.stop());
  }

  /** What sockets were subscribed to, in order. */
  get subscribed(): readonly (string | undefined)[] {
    return this.lines.flatMap((line) => /: subscribed to (.+)/.exec(line)?.[1] ?? []);
  }

  /** Waits until events come by this provider. */
  async by(provider: RealtimeProvider | null): Promise<void> {
    await vi.waitFor(
      () => {
        const { realtimeProvider } = this.chain.state.get();
        if (realtimeProvider !== provider) throw new Error(this.lines.join('\n'));
      },
      { timeout: 12_000, interval: 10 },
    );
  }
}

function configOf(hosts: { pusher?: SocketHost; reverb?: SocketHost }): RealtimeConfig {
  const { pusher, reverb } = hosts;
  const address = { key: 'key', host: '127.0.0.1', scheme: 'http' as const };
  return {
    realtimeProvider: 'reverb',
    reverb: { ...address, enabled: reverb !== undefined, port: reverb?.port ?? 1, heads: true },
    pusher: {
      ...address,
      enabled: pusher !== undefined,
      port: pusher?.port ?? 1,
      cluster: 'mt1',
      encrypted: false,
    },
    polling: { interval_ms: 2_000, wait_s: 25 },
  };
}

/** Each provider with the connection that it has: what they promise is the same. */
const CONNECTIONS = [
  ['reverb', 'our own connection'],
  ['pusher', 'pusher-js'],
] as const;

describe.concurrent.each(CONNECTIONS)('%s, by %s', { timeout: 30_000 }, (name) => {
  test('[RT-1] subscribed, events come, nothing polls; one request authorizes all channels', async (context) => {
    const host = await SocketHost.start(context);
    host.heads.set(MAIN, 7);
    // A busy machine must not be passed over for being slow.
    const subject = new Subject(context, { [name]: host }, { hurry: 1 });
    await subject.by(name);
    expect(subject.chain.state.get()).toEqual({
      realtimeProvider: name,
      realtimeConnected: true,
      channelSubscription: MAIN,
      trouble: 'none',
    });
    host.publish(MAIN, 'ChatTyping', { typing: true });
    await vi.waitFor(
      () => expect(subject.events).toContainEqual([MAIN, 'ChatTyping', name]),
      PATIENT,
    );
    expect(subject.events[0]).toEqual([MAIN, 'ChatHead', name]);
    expect(subject.asked).toEqual([CHANNELS]);
    expect(subject.updates.underWay).toBe(0);
  });

  test('[RT-4] the server is killed and started again: live again, and subscribed again', async (context) => {
    const host = await SocketHost.start(context);
    const subject = new Subject(context, { [name]: host });
    await subject.by(name);
    await host.kill();
    await subject.by('polling');
    await host.start();
    await subject.by(name);
    expect(subject.subscribed).toEqual([...CHANNELS, ...CHANNELS]);
    host.publish(MAIN, 'ChatTyping', { typing: true });
    await vi.waitFor(() => expect(subject.events).toHaveLength(1), PATIENT);
    expect(subject.updates).toMatchObject({ most: 1, underWay: 0 });
  });

  test.for<Upgrades>([
    'refused',
    'hanging',
    'greeted without a timeout',
    { close: 1001 },
    { close: 1011 },
    { close: 4000 },
    { close: 4001 },
    { close: 4009 },
    { close: 4100 },
    { close: 4200 },
    { close: 4301 },
  ])(
    '[RT-2][RT-3] upgrades %j: one polling loop; live as soon as they are served',
    async (upgrades, context) => {
      const host = await SocketHost.start(context);
      host.upgrades = upgrades;
      const subject = new Subject(context, { [name]: host });
      await subject.by('polling');
      const tried = host.attempts;
      // It goes on trying, whatever the close means to pusher-js.
      await vi.waitFor(() => expect(host.attempts).toBeGreaterThan(tried + 1), {
        timeout: 12_000,
      });
      host.upgrades = 'served';
      host.cut();
      await subject.by(name);
      expect(subject.updates).toMatchObject({ most: 1, underWay: 0 });
      expect(host.connections).toBe(1);
    },
  );

  test.for<Upgrades>([{ close: 4001 }, { close: 4200 }, { close: 4000 }, 'refused'])(
    '[RT-4] a live connection that is cut, and then %j for a while',
    async (upgrades, context) => {
      const host = await SocketHost.start(context);
      const subject = new Subject(context, { [name]: host });
      await subject.by(name);
      host.upgrades = upgrades;
      host.cut();
      await subject.by('polling');
      host.upgrades = 'served';
      await subject.by(name);
      expect(host.connections).toBe(1);
    },
  );

  test('[RT-3] 20 flaps: one loop or none, one connection in the end', async (context) => {
    const host = await SocketHost.start(context);
    const subject = new Subject(context, { [name]: host });
    for (let flap = 0; flap < 20; flap += 1) {
      const { attempts } = host;
      host.cut();
      await vi.waitFor(() => {
        subject.chain.kick();
        expect(host.attempts).toBeGreaterThan(attempts);
      }, PATIENT);
    }
    await subject.by(name);
    expect(subject.updates.most).toBeLessThanOrEqual(1);
    await vi.waitFor(
      () => expect([subject.updates.underWay, host.connections]).toEqual([0, 1]),
      PATIENT,
    );
  });

  test('a refused channel does not keep the others from being live', async (context) => {
    const host = await SocketHost.start(context);
    const subject = new Subject(
      context,
      { [name]: host },
      { refused: ['private-chat.visitor.1'], hurry: 1 },
    );
    await subject.by(name);
    expect(subject.refused).toEqual(['private-chat.visitor.1']);
    expect(subject.subscribed).toEqual([MAIN]);
  });

  test('channels come and go on a live connection', async (context) => {
    const host = await SocketHost.start(context);
    const subject = new Subject(context, { [name]: host }, { hurry: 1 });
    await subject.by(name);
    const added = 'private-chat.conversation.2';
    subject.chain.follow([...CHANNELS, added], added);
    await vi.waitFor(() => expect(subject.subscribed).toContain(added), PATIENT);
    expect(subject.asked).toEqual([CHANNELS, [added]]);
    subject.chain.follow([added], added);
    // What is followed no more is not heard; the event after it shows that it was passed by.
    await vi.waitFor(() => {
      host.publish(added, 'ChatTyping', {});
      expect(subject.events).toContainEqual([added, 'ChatTyping', name]);
    }, PATIENT);
    const before = subject.events.length;
    host.publish(MAIN, 'ChatTyping', {});
    host.publish(added, 'ChatTyping', {});
    await vi.waitFor(() => expect(subject.events.length).toBeGreaterThan(before), PATIENT);
    expect(subject.events.every(([channel]) => channel === added)).toBe(true);
    expect(host.connections).toBe(1);
  });

  test('stopped: no connection, no request, and nothing is tried any more', async (context) => {
    const host = await SocketHost.start(context);
    const subject = new Subject(context, { [name]: host }, { hurry: 1 });
    await subject.by(name);
    subject.chain.stop();
    await vi.waitFor(() => expect(host.connections).toBe(0), PATIENT);
    await subject.by(null);
    expect([host.attempts, subject.updates.underWay]).toEqual([1, 0]);
  });
});

test('[RT-1][RT-5] pusher refuses → reverb; pusher is back → pusher, and one connection in all', async (context) => {
  const [pusher, reverb] = await Promise.all([
    SocketHost.start(context),
    SocketHost.start(context),
  ]);
  pusher.upgrades = 'refused';
  const subject = new Subject(context, { pusher, reverb });
  await subject.by('reverb');
  pusher.upgrades = 'served';
  await subject.by('pusher');
  await vi.waitFor(() => expect([pusher.connections, reverb.connections]).toEqual([1, 0]), PATIENT);
  pusher.publish(MAIN, 'ChatTyping', { typing: true });
  await vi.waitFor(
    () => expect(subject.events).toContainEqual([MAIN, 'ChatTyping', 'pusher']),
    PATIENT,
  );
});
