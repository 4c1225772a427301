import { availableParallelism } from 'node:os';

/**
 * What V8 and the C library take only when a process begins. Both are made for programs that end soon:
 * the first lets the room for young objects grow to 64 MB, and either keeps what it once took for each of
 * its threads. A server is up for months, so it would never see that again.
 */
const SEMI_SPACE_MB = 8;
/** The most that V8 itself would have. */
const V8_THREADS_MAX = 4;
/** Pools of memory, in place of eight for each core. With one alone threads wait for each other. */
const ARENAS = '2';

/**
 * Begins this process anew with these settings, unless it has them, or was given others. It stays the
 * same process to whoever started it: signals, exit code and terminal need no passing on. Where that cannot
 * be done (Windows) the server takes more memory, and that is all.
 */
export function haveMemorySettings(): void {
  const { env, execArgv, execPath } = process;
  const given = [...execArgv, ...(env['NODE_OPTIONS'] ?? '').split(' ')];
  const flags = [
    `--max-semi-space-size=${SEMI_SPACE_MB}`,
    // One core is for what they help: more of them than there are others wait for each other.
    `--v8-pool-size=${Math.min(V8_THREADS_MAX, Math.max(1, availableParallelism() - 1))}`,
  ].filter((flag) => !given.some((one) => nameOf(one) === nameOf(flag)));
  if (flags.length === 0 || !canBeginAnew() || process.execve === undefined) return;
  process.execve(execPath, [execPath, ...flags, ...execArgv, ...process.argv.slice(1)], {
    MALLOC_ARENA_MAX: ARENAS,
    ...env,
  });
}

function canBeginAnew(): boolean {
  // Whom a parent speaks to through a channel would not find it again.
  if (process.channel !== undefined) return false;
  // There on Windows too, to say that it cannot; and refused to who may start no program (`--permission`).
  const mayStart = process.permission?.has('child') ?? true;
  return process.platform !== 'win32' && mayStart;
}

/** V8 takes both forms: `--max_semi_space_size` is the same. */
function nameOf(option: string): string {
  return (option.split('=', 1)[0] ?? '').replaceAll('_', '-');
}
