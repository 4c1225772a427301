import type { Route } from './routes.ts';

/** Upper bounds of what an answer took, in milliseconds; the last class has none. */
export const DURATION_BOUNDS_MS = [0.5, 1, 2, 5, 10, 25, 50, 100, 250, 1_000] as const;

/** Calls of one route. */
export interface CallCount {
  readonly byStatus: Map<number, number>;
  /** How many answers took no longer than the bound of the same index, but longer than those before. */
  readonly byDuration: number[];
  duration_ms: number;
}

/**
 * Counts the calls of the HTTP API since the start. Plain numbers, for it is hot: the histogram of
 * a library would cost as much as reading the request.
 */
export class CallCounts {
  /** By name of the route; `refused` are those that got none, for whatever reason. */
  readonly byRoute = new Map<string, CallCount>();

  record(route: Route | null, status: number, duration_ms: number): void {
    const name = route === null ? 'refused' : nameOf(route);
    let count = this.byRoute.get(name);
    if (!count) {
      const byDuration = Array.from({ length: DURATION_BOUNDS_MS.length + 1 }, () => 0);
      count = { byStatus: new Map(), byDuration, duration_ms: 0 };
      this.byRoute.set(name, count);
    }
    count.byStatus.set(status, (count.byStatus.get(status) ?? 0) + 1);
    const at = DURATION_BOUNDS_MS.findIndex((bound_ms) => duration_ms <= bound_ms);
    const index = at === -1 ? DURATION_BOUNDS_MS.length : at;
    count.byDuration[index] = (count.byDuration[index] ?? 0) + 1;
    count.duration_ms += duration_ms;
  }
}

const names = new WeakMap<Route, string>();

/** `GET channels/*`: of the table of routes, never of the path that was asked for. */
function nameOf(route: Route): string {
  let name = names.get(route);
  if (name === undefined) {
    name = `${route.method} ${route.path.join('/')}`;
    names.set(route, name);
  }
  return name;
}
