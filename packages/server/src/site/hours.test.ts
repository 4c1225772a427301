import { BusinessHours } from '@parley/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod/mini';
import { availability } from './hours.ts';

const at = (time: string): number => Date.parse(time);
const office: BusinessHours = {
  time_zone: 'Europe/Berlin',
  times: (['mon', 'tue', 'wed', 'thu', 'fri'] as const).flatMap((day) => [
    { day, from: '09:00', to: '12:00' },
    { day, from: '13:00', to: '17:00' },
  ]),
};

describe('business hours', () => {
  it('open and closed are told with when that changes, in the time zone of the site', () => {
    const tell = (time: string) => {
      const { open, until_ms } = availability(office, at(time));
      return `${open ? 'open' : 'closed'} until ${new Date(until_ms ?? 0).toISOString()}`;
    };
    // Berlin is two hours ahead in summer, one in winter.
    expect(tell('2026-07-01T07:30:00Z')).toBe('open until 2026-07-01T10:00:00.000Z');
    expect(tell('2026-07-01T10:00:00Z')).toBe('closed until 2026-07-01T11:00:00.000Z');
    expect(tell('2026-11-20T16:00:00Z')).toBe('closed until 2026-11-23T08:00:00.000Z');
    // Over the weekend on which the clocks change.
    expect(tell('2026-10-23T15:00:00Z')).toBe('closed until 2026-10-26T08:00:00.000Z');
  });

  it('always and never have no end; days that touch are one', () => {
    const day = (from: string, to: string) =>
      (['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const).map((name) => ({
        day: name,
        from,
        to,
      }));
    const now_ms = at('2026-07-01T07:30:00Z');
    expect(availability(null, now_ms)).toEqual({ open: true, until_ms: null });
    const always = { time_zone: 'Asia/Tokyo', times: day('00:00', '24:00') };
    expect(availability(always, now_ms)).toEqual({ open: true, until_ms: null });
    expect(availability({ ...always, times: [] }, now_ms)).toEqual({ open: false, until_ms: null });
    const night: BusinessHours = {
      time_zone: 'UTC',
      times: [
        { day: 'wed', from: '20:00', to: '24:00' },
        { day: 'thu', from: '00:00', to: '04:00' },
      ],
    };
    const until_ms = at('2026-07-02T04:00:00Z');
    for (const time of ['2026-07-01T23:00:00Z', '2026-07-02T03:59:59Z'])
      expect(availability(night, at(time))).toEqual({ open: true, until_ms });
  });

  it('what is said holds until then, and no longer', () => {
    const zones = ['Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (time_zone, now_ms, part) => {
          const hours = { ...office, time_zone };
          const { open, until_ms } = availability(hours, now_ms);
          expect(until_ms).toBeGreaterThan(now_ms);
          const later_ms = Math.floor(now_ms + ((until_ms ?? 0) - now_ms - 1) * part);
          expect(availability(hours, later_ms).open).toBe(open);
          expect(availability(hours, until_ms ?? 0).open).toBe(!open);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a zone or a time that there is not is refused', () => {
    const isGood = (hours: object) => z.safeParse(BusinessHours, { ...office, ...hours }).success;
    expect(isGood({})).toBe(true);
    expect(isGood({ time_zone: 'Mars/Olympus' })).toBe(false);
    const times = (from: string, to: string) => ({ times: [{ day: 'mon', from, to }] });
    expect(isGood(times('9:00', '17:00'))).toBe(false);
    expect(isGood(times('17:00', '09:00'))).toBe(false);
    expect(isGood(times('09:00', '25:00'))).toBe(false);
    expect(isGood(times('20:00', '24:00'))).toBe(true);
  });
});
