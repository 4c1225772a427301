import type { Logger } from 'pino';
import pretty from 'pino-pretty';
import { createLogger } from './http/log.ts';

/** Whether somebody reads what the process prints, as it prints it. */
export function isForPeople(): boolean {
  return process.stdout.isTTY;
}

/** Lines for a person at a terminal, else JSON. */
export function createProcessLogger(level: string): Logger {
  if (!isForPeople()) return createLogger(level);
  return createLogger(level, pretty({ sync: true, ignore: 'pid,hostname,reqId' }));
}
