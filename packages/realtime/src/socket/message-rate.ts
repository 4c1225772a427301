import { fullBucket, takeToken } from '../channel/rate.ts';
import type { Connection } from './connection.ts';

/** Whether one more message of a connection is looked at; `close`: and it has to go. */
export function judgeMessageRate(
  connection: Connection,
  now_ms: number,
): 'within' | 'refuse' | 'close' {
  const { messageRate } = connection.app.limits;
  if (messageRate === null) return 'within';
  const { max, window_ms, closes } = messageRate;
  connection.messages ??= fullBucket(max, now_ms);
  if (takeToken(connection.messages, (max / window_ms) * 1_000, now_ms, max)) return 'within';
  return closes ? 'close' : 'refuse';
}
