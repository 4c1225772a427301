import type { Greeting, RealtimeLogger, RealtimeOptions } from '../options.ts';
import type { Connection } from '../socket/connection.ts';
import { eventFrame, subscriptionSucceededFrame } from '../wire/server-frame.ts';
import type { App } from './app.ts';

export interface Greeter {
  greet: RealtimeOptions['greet'];
  logger: RealtimeLogger;
}

/** Channels that are greeted at once, where all are. */
const AT_ONCE_MAX = 100;

/** Subscribed first, asked after: what the greeting does not know yet comes as an event. */
export function greet(connection: Connection, channel: string, greeter: Greeter): void {
  if (!greeter.greet) return;
  // Nothing is waited for: it is sent when it is there.
  void ask(connection.app, channel, greeter).then((frame) => {
    if (frame !== null && connection.channels.has(channel)) connection.send(frame);
  });
}

/**
 * Tells all subscribers on this node what a new one is told. Clients that compare, on a
 * subscription, what they have with what there is, do so now.
 */
export async function greetAgain(apps: Iterable<App>, greeter: Greeter): Promise<void> {
  for (const app of apps) {
    const names = [...app.channels.values()]
      .filter(({ localCount }) => localCount > 0)
      .map(({ name }) => name);
    for (let from = 0; from < names.length; from += AT_ONCE_MAX) {
      const some = names.slice(from, from + AT_ONCE_MAX);
      await Promise.all(some.map(async (name) => greetAll(app, name, greeter)));
    }
  }
}

async function greetAll(app: App, name: string, greeter: Greeter): Promise<void> {
  const channel = app.channels.get(name);
  if (!channel) return;
  channel.send(subscriptionSucceededFrame(name, channel.snapshotJson()));
  const frame = await ask(app, name, greeter);
  if (frame !== null) app.channels.get(name)?.send(frame);
}

/** Never rejects. */
async function ask(
  app: App,
  channel: string,
  { greet: askFor, logger }: Greeter,
): Promise<Buffer | null> {
  try {
    const greeting: Greeting | null = (await askFor?.(app.id, channel)) ?? null;
    if (greeting === null) return null;
    const { event, data } = greeting;
    return eventFrame({ event, channel, dataJson: JSON.stringify(data) });
  } catch (error) {
    logger.error({ err: error, channel, appId: app.id }, 'greeting failed');
    return null;
  }
}
