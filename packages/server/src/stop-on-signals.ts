import type { FastifyBaseLogger } from 'fastify';

/** After the time for draining, for all the rest; then it ends, whatever is left. */
const DEADLINE_MS = 10_000;

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
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);

  const onDefect = (error: unknown): void => {
    logger.fatal({ err: error }, 'A defect: nobody handled this');
    process.exit(1);
  };
  process.on('unhandledRejection', onDefect);
  process.on('uncaughtException', onDefect);
}
