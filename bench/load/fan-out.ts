import type { FanOutStage, Job, Work } from '../work.ts';
import { Audience, channelName } from './audience.ts';
import { DIALECTS } from './dialect.ts';
import type { Report } from './main.ts';
import { messageText } from './message.ts';
import { Publisher } from './publisher.ts';
import { timeServer } from './server-clock.ts';

const CHANNEL = 0;

/** One channel, many subscribers: CPU time for each delivery. */
export async function measureFanOut(
  job: Job,
  { stages }: Extract<Work, { type: 'fan-out' }>,
  report: Report,
): Promise<void> {
  const publishers = Math.max(...stages.map((stage) => stage.publishers));
  const audience = new Audience({
    port: job.port,
    dialect: DIALECTS[job.peer],
    subscribersMax: Math.max(...stages.map((stage) => stage.subscribers)),
    publishers,
    channelOf: () => CHANNEL,
  });
  const senders = Array.from({ length: publishers }, (_, i) => new Sender(job, audience, i));
  for (const stage of stages) {
    for (const sender of senders) sender.greetNewcomers();
    await audience.growTo(stage.subscribers);
    await sendAll(audience, senders, stage, stage.warmUp);
    const time = await timeServer(job, () => sendAll(audience, senders, stage, stage.messages));
    const deliveries = stage.subscribers * stage.publishers * stage.messages;
    report({
      row: stage.row,
      value: time.cpu_ns / deliveries,
      also: { 'wall ns/delivery': time.wall_ns / deliveries },
      profile: time.profile,
    });
  }
  for (const sender of senders) sender.destroy();
  audience.destroy();
}

async function sendAll(
  audience: Audience,
  senders: readonly Sender[],
  stage: FanOutStage,
  messages: number,
): Promise<void> {
  const active = senders.slice(0, stage.publishers);
  const requests = active.map((sender) => sender.prepare(messages));
  const work = Promise.all(active.map((sender, i) => sender.sendEach(requests[i] ?? [])));
  await audience.guard(work, stage.row);
}

/** Publishes its next message when everyone has its last. */
class Sender {
  readonly #job: Job;
  readonly #audience: Audience;
  readonly #id: number;
  readonly #publisher: Publisher;
  #sequence = 0;

  constructor(job: Job, audience: Audience, id: number) {
    this.#job = job;
    this.#audience = audience;
    this.#id = id;
    this.#publisher = new Publisher(job.port);
  }

  greetNewcomers(): void {
    this.#audience.startFrom(this.#id, this.#sequence + 1);
  }

  /** Signs and words the requests, which should cost nothing while the clock runs. */
  prepare(messages: number): Buffer[] {
    return Array.from({ length: messages }, () => {
      this.#sequence += 1;
      const text = messageText(this.#id, this.#sequence);
      return DIALECTS[this.#job.peer].publish(channelName(CHANNEL), text);
    });
  }

  async sendEach(requests: readonly Buffer[]): Promise<void> {
    for (const request of requests) {
      const delivered = this.#audience.deliveries(this.#id, this.#audience.size);
      await this.#publisher.send(request);
      await delivered;
    }
  }

  destroy(): void {
    this.#publisher.destroy();
  }
}
