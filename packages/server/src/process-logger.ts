import { createRequire } from 'node:module';
import type { Logger } from 'pino';
import type Pretty from 'pino-pretty';
import { createLogger } from './http/log.ts';

const require = createRequire(import.meta.url);

/** Whether somebody reads what the process prints, as it prints it. */
export function isForPeople(): boolean {
  return process.stdout.isTTY;
}

/** Lines for a person at a terminal, else JSON. */
export function createProcessLogger(level: string): Logger {
  if (!isForPeople()) return createLogger(level);
  const pretty = require('pino-pretty') as typeof Pretty;
  return createLogger(
    level,
    pretty({ sync: true, ignore: 'pid,hostname,reqId,trace_id,span_id,trace_flags' }),
  );
}

/** Says what whoever starts the process must learn, whatever the log level. */
export function tell(
  title: string,
  lines: readonly (readonly [what: string, where: string])[],
): void {
  if (isForPeople()) {
    const width = Math.max(...lines.map(([what]) => what.length));
    const text = lines.map(([what, where]) => `  ${what.padEnd(width)}  ${where}\n`).join('');
    process.stdout.write(`\n  ${title}\n\n${text}\n`);
    return;
  }
  for (const [what, where] of lines) {
    const line = { level: 30, time: Date.now(), msg: `${what}: ${where}` };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
