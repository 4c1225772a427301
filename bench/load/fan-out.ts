import type { FanOutStage, Job, Work } from '../work.ts';
import { Audience } from './audience.ts';
import { DIALECTS } from './dialect.ts';
import type { Report } from './main.ts';
import { Sender } from './sender.ts';
import { timeServer } from './server-clock.ts';

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
    channelOf: () => 0,
  });
  const senders = Array.from({ length: publishers }, (_, i) => new Sender(job, audience, i));
  for (const stage of stages) {
    for (const sender of senders) sender.greetNewcomers();
    await audience.growTo(stage.subscribers);
    const active = senders.slice(0, stage.publishers);
    for (const sender of active) sender.connect();
    await sendAll(audience, active, stage, stage.warmUp);
    const time = await timeServer(job, () => sendAll(audience, active, stage, stage.messages));
    for (const sender of active) sender.disconnect();
    const deliveries = stage.subscribers * stage.publishers * stage.messages;
    report({
      row: stage.row,
      value: time.cpu_ns / deliveries,
      also: { 'waited %': time.waited_percent, 'deliveries/s': deliveries / (time.wall_ns / 1e9) },
      profile: time.profile,
    });
  }
  await audience.leave();
}

async function sendAll(
  audience: Audience,
  active: readonly Sender[],
  stage: FanOutStage,
  messages: number,
): Promise<void> {
  const requests = active.map((sender) => sender.prepare(messages));
  const work = Promise.all(active.map((sender, i) => sender.sendEach(requests[i] ?? [])));
  await audience.guard(work, stage.row);
}
