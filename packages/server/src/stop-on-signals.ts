import { constants } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** After the time for draining, for all the rest; then it ends, whatever is left. */
const DEADLINE_MS = 10_000;

/**
 * Until {@link stopOnSignals}, what ends any other process ends this one too: the kernel keeps it from the first
 * of a container, unless that listens, and whoever stops one that starts would wait until it is killed.
 */
export function endOnSignals(): void {
  if (process.pid !== 1) return;
  for (const signal of SIGNALS) process.on(signal, endAtOnce);
}

function endAtOnce(signal: NodeJS.Signals): void {
  process.exit(128 + constants.signals[signal]);
}

/**
 * The first SIGTERM or SIGINT stops gracefully, within a bound; a second one at once. A rejection
 * that nobody handles is a defect after which nothing is known to be right: it ends the process.
 *
 * @param drain_ms time that stopping may take by intent, before what is bounded
 */
export function stopOnSignals(
  stop: () => Promise<void>,
  logger: FastifyBaseLogger,
  drain_ms = 0,
): void {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(130);
    isStopping = true;
    logger.info({ signal }, 'Stopping');
    const deadline = setTimeout(() => {
      logger.error('Stopping took too long');
      process.exit(1);
    }, drain_ms + DEADLINE_MS);
    deadline.unref();
    stop().then(
      () => {
        logger.info('Stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.fatal({ err: error }, 'Stopping failed');
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) {
    process.off(signal, endAtOnce);
    process.on(signal, onSignal);
  }

  const onDefect = (error: unknown): void => {
    logger.fatal({ err: error }, 'A defect: nobody handled this');
    process.exit(1);
  };
  process.on('unhandledRejection', onDefect);
  process.on('uncaughtException', onDefect);
}
