import { array, assert, property, subarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Connected, nextInTurn } from './availability.ts';

const AGENTS = [1, 2, 3, 4, 5] as const;

describe('taking turns', () => {
  test('nobody has a second turn before everybody who was there all the time has had one', () => {
    const presences = array(subarray([...AGENTS]), { minLength: 1, maxLength: 60 });
    assert(
      property(presences, (steps) => {
        const turns = new Map<number, number>();
        const chosen = steps.map((online) => {
          const next = nextInTurn(
            AGENTS.map((agentId) => ({
              agentId,
              turn: turns.get(agentId) ?? 0,
              online: online.includes(agentId),
            })),
          );
          if (next !== null) turns.set(next.agentId, next.turn);
          return next?.agentId ?? null;
        });
        expect(chosen.map((id) => id === null)).toEqual(steps.map(({ length }) => length === 0));
        chosen.forEach((id, from) => {
          if (id === null) return;
          const to = chosen.indexOf(id, from + 1);
          if (to === -1) return;
          for (const other of AGENTS) {
            if (other === id || !steps.slice(from, to + 1).every((one) => one.includes(other)))
              continue;
            expect(chosen.slice(from, to)).toContain(other);
          }
        });
      }),
    );
  });

  test('who has it already is passed over, and alone it goes to nobody', () => {
    const two = [
      { agentId: 1, turn: 4, online: true },
      { agentId: 2, turn: 7, online: true },
    ];
    expect(nextInTurn(two)).toEqual({ agentId: 1, turn: 8 });
    expect(nextInTurn(two, 1)).toEqual({ agentId: 2, turn: 8 });
    expect(nextInTurn(two.slice(0, 1), 1)).toBeNull();
    expect(nextInTurn([{ agentId: 1, turn: 4, online: false }])).toBeNull();
  });
});

test('who gives no sign for the lifetime is not connected, and is news when it comes back', () => {
  const connected = new Connected(30_000);
  expect(connected.see(1, 0)).toBe(true);
  expect(connected.see(1, 20_000)).toBe(false);
  expect(connected.see(2, 25_000)).toBe(true);
  expect(connected.all(50_000)).toEqual([2]);
  expect(connected.see(1, 50_000)).toBe(true);
  connected.leave(1);
  expect(connected.has(1, 50_000)).toBe(false);
});
