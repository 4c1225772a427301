/**
 * What is asked for several times within `delay_ms` happens once, at its end: whoever writes to the
 * bus cannot make a node tell all its clients their heads as fast as it can.
 */
export function gathered(delay_ms: number, action: () => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      action();
    }, delay_ms).unref();
  };
}
