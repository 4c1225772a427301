import { describe, expect, test } from 'vitest';
import { LiveVisitors } from './live-visitors.ts';

const LIFETIME_MS = 30_000;
const SITE = new Set([1]);
const of = (id: number, url: string, referrer?: string) => ({
  siteId: 1,
  visitor: { id, name: null, email: null, verified: false },
  page: { url, ...(referrer !== undefined && { referrer }) },
});

describe('visitors now', () => {
  test('a visit has its pages, and keeps from where it came; the same page again is none', () => {
    const live = new LiveVisitors(LIFETIME_MS);
    live.arrive(of(7, '/', 'https://search.example/'), 1_000);
    expect(live.arrive(of(7, '/', 'https://search.example/'), 2_000)).toBeNull();
    live.arrive(of(7, '/prices', 'https://shop.example/'), 9_000);
    expect(live.of(SITE)).toMatchObject([
      {
        page: { url: '/prices' },
        referrer: 'https://search.example/',
        arrived_ms: 1_000,
        since_ms: 9_000,
        pages: 2,
      },
    ]);
    expect(live.of(new Set([2]))).toEqual([]);
  });

  test('who gives no sign of life is gone in time, and who comes back then is on another visit', () => {
    const live = new LiveVisitors(LIFETIME_MS);
    live.arrive(of(1, '/'), 0);
    live.arrive(of(2, '/'), 0);
    live.see(1, 20_000);
    expect(live.sweep(LIFETIME_MS)).toEqual(new Set());
    expect(live.sweep(LIFETIME_MS + 1)).toEqual(new Set([1]));
    expect(live.of(SITE).map(({ visitor }) => visitor.id)).toEqual([1]);
    expect(live.see(2, 31_000)).toBeNull();
    live.arrive(of(1, '/late'), 20_000 + LIFETIME_MS + 1);
    expect(live.of(SITE)).toMatchObject([{ pages: 1, arrived_ms: 50_001 }]);
  });

  test('what another node tells is taken, unless a newer page is known', () => {
    const [here, there] = [new LiveVisitors(LIFETIME_MS), new LiveVisitors(LIFETIME_MS)];
    const first = there.arrive(of(1, '/'), 1_000);
    const second = there.arrive(of(1, '/prices'), 2_000);
    if (first === null || second === null) throw new Error('it arrived');
    expect(here.take(second, 2_100)).toBe(true);
    expect(here.take(second, 12_000)).toBe(false);
    expect(here.take(first, 20_000)).toBe(false);
    expect(here.of(SITE)).toEqual([second]);
    // Being told of it is a sign of life.
    expect(here.sweep(20_000 + LIFETIME_MS)).toEqual(new Set());
  });

  test('memory is bounded: those who were seen last stay, and a flood of one site hides no other', () => {
    const live = new LiveVisitors(LIFETIME_MS);
    live.arrive({ ...of(20_000, '/'), siteId: 2 }, 0);
    for (let id = 1; id <= 10_000; id += 1) live.arrive(of(id, '/'), id);
    expect(live.size).toBe(10_000);
    expect(live.see(1, 1)).toBeNull();
    expect(live.see(10_000, 1)).not.toBeNull();
    expect(live.of(new Set([2])).map(({ visitor }) => visitor.id)).toEqual([20_000]);
  });
});
