// A server as a process of its own, for tests that look at what a process uses. Its options are the
// first argument, as JSON; it answers each message of its parent with a report.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { listenRealtime, type ListenOptions } from '../listen.ts';
import type { RealtimeOptions } from '../options.ts';

/** Since the last report. */
export interface ProcessReport {
  port: number;
  connections: number;
  rssMax_bytes: number;
  loopDelayMax_ms: number;
}

const SAMPLE_MS = 20;

const options = JSON.parse(process.argv[2] ?? '') as RealtimeOptions & ListenOptions;
const running = await listenRealtime(options);
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let rssMax_bytes = 0;
setInterval(() => {
  rssMax_bytes = Math.max(rssMax_bytes, process.memoryUsage.rss());
}, SAMPLE_MS);

function report(): void {
  process.send?.({
    port: running.port,
    connections: running.server.stats().connections,
    rssMax_bytes: Math.max(rssMax_bytes, process.memoryUsage.rss()),
    loopDelayMax_ms: delay.max / 1e6,
  } satisfies ProcessReport);
  delay.reset();
  rssMax_bytes = 0;
}

process.on('message', report);
process.on('disconnect', () => process.exit());
report();
