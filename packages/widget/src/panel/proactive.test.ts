import { describe, expect, it } from 'vitest';
import { pageRequest } from '../page/page-request.ts';
import { dueMessage, isPage, seenKey } from './proactive.ts';

const PAGE = 'https://shop.example/pricing/teams/?plan=2#top';

describe('messages that come by themselves', () => {
  it('are for pages by path, with any part, or by address', () => {
    for (const pattern of [
      '*',
      '/pricing*',
      '/*/teams',
      '/pricing/teams/',
      '/pricing/teams/?plan=2',
      'shop.example/pricing*',
      'https://shop.example/*',
    ])
      expect(isPage(pattern, PAGE), pattern).toBe(true);
    for (const pattern of ['/', '/pricing', '/pricing/team?', 'other.example/*', '(', '/p.icing*'])
      expect(isPage(pattern, PAGE), pattern).toBe(false);
    expect(isPage('*', 'no address')).toBe(false);
  });

  it('the soonest that was not seen', () => {
    const late = { page: '*', after_s: 30, text: 'late' };
    const soon = { page: '*', after_s: 5, text: 'soon' };
    const other = { page: '/other', after_s: 0, text: 'other' };
    expect(dueMessage([late, soon, other], PAGE, () => false)).toBe(soon);
    expect(dueMessage([late, soon, other], PAGE, (key) => key === seenKey(soon))).toBe(late);
    expect(dueMessage([other], PAGE, () => false)).toBeNull();
  });

  it('the page does what it knows, within bounds, and nothing else', () => {
    const good = [
      { do: 'title', text: null },
      { do: 'peek', width: 320, height: 90 },
      { do: 'notify', title: 'a', body: 'b' },
      { do: 'permit' },
    ];
    for (const request of good) expect(pageRequest({ ...request, more: 1 })).toEqual(request);
    for (const request of [
      {},
      { do: '__proto__' },
      { do: 'title' },
      { do: 'title', text: 'x'.repeat(301) },
      { do: 'peek', width: 1e9, height: 1 },
      { do: 'peek', width: Number.NaN, height: 1 },
      { do: 'notify', title: 'a', body: {} },
    ])
      expect(pageRequest(request)).toBeNull();
  });
});
