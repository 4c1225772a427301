import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Finding, check, findings } from './checker.ts';
import type { Evidence, Invocation, Reader, StoredMessage, View } from './history.ts';

const visitors: readonly Reader[] = ['anna', 'bert'].map((name) => ({
  name,
  side: 'visitor',
  site: 'one',
}));
const agent: Reader = { name: 'agent', side: 'agent', site: 'one' };

interface Said {
  readonly visitor: number;
  readonly by: 'visitor' | 'agent' | 'note';
}

/** A run in which nothing went wrong. */
function rightRun(said: readonly Said[]): Evidence {
  const invoked: Invocation[] = [];
  const messages: StoredMessage[] = [];
  const heads = visitors.map(() => ({ visitor: 0, agent: 0 }));
  for (const [index, { visitor, by }] of said.entries()) {
    const [who, head] = [visitors[visitor], heads[visitor]];
    if (who === undefined || head === undefined) throw new Error('no such visitor');
    const message = { key: `key-${index}`, text: `text ${index}`, private: by === 'note' };
    const sender = by === 'visitor' ? who : agent;
    invoked.push({ ...message, sender, conversationOf: who.name, kept: true });
    head.agent += 1;
    if (by !== 'note') head.visitor += 1;
    messages.push({
      ...message,
      id: index + 1,
      conversationId: visitor + 1,
      agentSeq: head.agent,
      visitorSeq: by === 'note' ? null : head.visitor,
    });
  }
  const seqFor = (reader: Reader, message: StoredMessage): number | null =>
    reader.side === 'visitor' ? message.visitorSeq : message.agentSeq;
  const acknowledged = messages.map((message, index) => ({
    key: message.key ?? '',
    id: message.id,
    seq: seqFor(invoked[index]?.sender ?? agent, message) ?? 0,
  }));
  const viewOf = (reader: Reader, way: string, conversationId: number): View => {
    const shown = messages
      .filter((message) => message.conversationId === conversationId)
      .flatMap((message) => {
        const seq = seqFor(reader, message);
        return seq === null ? [] : { id: message.id, seq, key: message.key, text: message.text };
      });
    const steps = shown.map(({ seq }) => seq);
    return { reader, way, conversationId, messages: shown, steps, highest: steps };
  };
  return {
    history: { invoked, acknowledged, failed: [] },
    stored: {
      conversations: heads.map(({ visitor, agent }, index) => ({
        id: index + 1,
        visitorHead: visitor,
        agentHead: agent,
      })),
      messages,
    },
    views: visitors.flatMap((visitor, index) => [
      viewOf(visitor, 'socket', index + 1),
      viewOf(visitor, 'fresh reload', index + 1),
      viewOf(agent, 'polling', index + 1),
    ]),
    convergence: { after_ms: 100, bound_ms: 1000, unrest: [] },
  };
}

const anySaid = record({
  visitor: nat({ max: visitors.length - 1 }),
  by: constantFrom('visitor', 'agent', 'note'),
});
/** Each visitor has been answered, and written twice; there is a note. */
const opening: readonly Said[] = visitors.flatMap((_, visitor) =>
  (['visitor', 'agent', 'note', 'visitor'] as const).map((by) => ({ visitor, by })),
);
const anyRun = array(anySaid).map((more) => rightRun([...opening, ...more]));

const found = (evidence: Evidence): Finding[] => {
  const verdict = check(evidence);
  return findings.filter((finding) => verdict[finding].length > 0);
};

const withView = (run: Evidence, at: number, change: (view: View) => Partial<View>): Evidence => ({
  ...run,
  views: run.views.map((view, index) =>
    index === at % run.views.length ? { ...view, ...change(view) } : view,
  ),
});

const withStored = (
  run: Evidence,
  change: (messages: readonly StoredMessage[]) => StoredMessage[],
): Evidence => ({
  ...run,
  stored: { ...run.stored, messages: change(run.stored.messages) },
});

const without = <T>(list: readonly T[], at: number): T[] => list.toSpliced(at % list.length, 1);

/** The elements at `at` and after it change places. */
function swapped<T>(list: readonly T[], at: number): T[] {
  const first = at % (list.length - 1);
  return list.toSpliced(first, 2, ...list.slice(first, first + 2).toReversed());
}

interface Planted {
  readonly what: string;
  readonly finding: Finding;
  readonly plant: (run: Evidence, at: number) => Evidence;
}

const planted: readonly Planted[] = [
  {
    what: 'a loss in the database',
    finding: 'lost',
    plant: (run, at) => withStored(run, (messages) => without(messages, at)),
  },
  {
    what: 'a loss in a view',
    finding: 'lost',
    plant: (run, at) => withView(run, at, ({ messages }) => ({ messages: without(messages, at) })),
  },
  {
    what: 'the loss of what a client was given and never sent',
    finding: 'lost',
    plant(run) {
      const [first] = run.history.invoked;
      if (first === undefined) return run;
      const invoked = [...run.history.invoked, { ...first, key: 'dropped' }];
      return { ...run, history: { ...run.history, invoked } };
    },
  },
  {
    what: 'a changed text',
    finding: 'lost',
    plant: (run, at) =>
      withStored(run, (messages) =>
        messages.map((message, index) => {
          const text = index === at % messages.length ? 'another' : message.text;
          return Object.assign({}, message, { text });
        }),
      ),
  },
  {
    what: 'a duplicate in the database',
    finding: 'duplicated',
    plant: (run, at) =>
      withStored(run, (messages) => {
        const again = messages[at % messages.length];
        return again === undefined ? [] : [...messages, { ...again, id: 100_000, agentSeq: 999 }];
      }),
  },
  {
    what: 'a duplicate in a view',
    finding: 'duplicated',
    plant: (run, at) =>
      withView(run, at, ({ messages }) => ({
        messages: messages.flatMap((message, index) =>
          index === at % messages.length ? [message, message] : message,
        ),
      })),
  },
  {
    what: 'a message that was acknowledged as two',
    finding: 'duplicated',
    plant(run, at) {
      const { acknowledged } = run.history;
      const again = acknowledged[at % acknowledged.length];
      if (again === undefined) return run;
      const other = { ...again, id: again.id + 100_000 };
      return { ...run, history: { ...run.history, acknowledged: [...acknowledged, other] } };
    },
  },
  {
    what: 'another order in a view',
    finding: 'outOfOrder',
    plant: (run, at) => withView(run, at, ({ messages }) => ({ messages: swapped(messages, at) })),
  },
  {
    what: "a sender's own order broken",
    finding: 'outOfOrder',
    plant(run) {
      // The first and the last message of the first visitor's four change places in the writing.
      const [first, second, third, fourth, ...rest] = run.history.invoked;
      if (first === undefined || second === undefined || third === undefined) return run;
      if (fourth === undefined) return run;
      const invoked = [fourth, second, third, first, ...rest];
      return { ...run, history: { ...run.history, invoked } };
    },
  },
  {
    what: 'a gap in a stream',
    finding: 'outOfOrder',
    plant: (run, at) =>
      withStored(run, (messages) =>
        messages.map((message, index) => {
          const agentSeq = message.agentSeq + (index < at % messages.length ? 0 : 1);
          return Object.assign({}, message, { agentSeq });
        }),
      ),
  },
  {
    what: 'a gap that a view showed for a while',
    finding: 'outOfOrder',
    plant: (run, at) => withView(run, at, ({ steps }) => ({ steps: swapped(steps, at) })),
  },
  {
    what: 'a cursor that went back',
    finding: 'wentBack',
    plant: (run, at) => withView(run, at, ({ highest }) => ({ highest: swapped(highest, at) })),
  },
  {
    what: "another visitor's message in a view",
    finding: 'leaked',
    plant: (run) =>
      withView(run, 0, ({ messages }) => ({
        messages: [...messages, ...(run.views[3]?.messages ?? []).slice(0, 1)],
      })),
  },
  {
    what: 'a note in the view of a visitor',
    finding: 'leaked',
    plant: (run) =>
      withView(run, 0, ({ messages }) => ({
        messages: [...messages, ...(run.views[2]?.messages ?? []).slice(2, 3)],
      })),
  },
  {
    what: 'a whole view of another site',
    finding: 'leaked',
    plant: (run, at) => withView(run, at, ({ reader }) => ({ reader: { ...reader, site: 'two' } })),
  },
  {
    what: 'a message that nobody sent',
    finding: 'leaked',
    plant: (run, at) => ({
      ...run,
      history: { ...run.history, invoked: without(run.history.invoked, at) },
    }),
  },
  {
    what: 'a refused message that is there',
    finding: 'undead',
    plant(run, at) {
      const { acknowledged } = run.history;
      const failed = acknowledged.slice(at % acknowledged.length).slice(0, 1);
      return { ...run, history: { ...run.history, failed: failed.map(({ key }) => key) } };
    },
  },
  {
    what: 'a view that never came to rest',
    finding: 'late',
    plant: (run) => ({ ...run, convergence: { after_ms: null, bound_ms: 1000, unrest: [] } }),
  },
  {
    what: 'views that came to rest too late',
    finding: 'late',
    plant: (run) => ({ ...run, convergence: { after_ms: 1001, bound_ms: 1000, unrest: [] } }),
  },
];

describe('the checker', () => {
  test('finds nothing where nothing is wrong', () => {
    assert(
      property(anyRun, (run) => {
        expect(check(run)).toMatchObject({ acknowledged: run.history.invoked.length });
        expect(found(run)).toEqual([]);
      }),
    );
  });

  test.each(planted)('finds $what', ({ finding, plant }) => {
    assert(
      property(anyRun, nat(), (run, at) => {
        expect(found(plant(run, at))).toContain(finding);
      }),
    );
  });

  test('holds nothing against a single request of which nothing is known', () => {
    const run = rightRun(opening);
    const [first] = run.history.invoked;
    const unknown = { key: 'unknown', sender: agent, conversationOf: 'anna', kept: false };
    const invoked = [
      ...run.history.invoked,
      { ...unknown, text: first?.text ?? '', private: true },
    ];
    expect(found({ ...run, history: { ...run.history, invoked } })).toEqual([]);
  });
});
