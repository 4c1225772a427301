// One browser, one person after the other: nothing of the first is shown to the next, or done by them.
import { expect, test } from 'vitest';
import type { Cast, Room, Seat } from './people.ts';
import { onStage } from './run.ts';
import type { World } from './world.ts';

interface Desk {
  readonly world: World;
  readonly cast: Cast;
  /** Ann's page, with the conversation that vi began. */
  readonly seat: Seat;
  readonly room: Room;
}

/** With hosted Pusher, whose sockets the server cannot close when a session ends. */
const SETTING = {
  seed: 1,
  providers: 'pusher and reverb',
  nodes: 1,
  peopleChange: true,
} as const;

async function atTheDesk(act: (desk: Desk) => Promise<void>): Promise<void> {
  await onStage(SETTING, async ({ world, cast }) => {
    cast.visitorComes(world.browserOf('vi'));
    cast.agentComes(world.browserOf('Ann'));
    await world.clock.advance(2_000);
    const [visitor, seat] = cast.seats;
    visitor?.rooms[0]?.chat.send('[vi] is anybody there?');
    await world.clock.advance(1_000);
    if (seat !== undefined) cast.open(seat);
    await world.clock.advance(2_000);
    const room = seat?.rooms[0];
    if (seat === undefined || room === undefined) throw new Error('somebody did not come');
    await act({ world, cast, seat, room });
    expect(world.ledger.faults).toEqual([]);
  });
}

const phaseOf = ({ agent }: Seat) => agent?.phase.get();
const inboxOf = ({ agent }: Seat) => agent?.inbox.get().entries.map(({ id }) => id);

test('[SEC-1] an inbox that was asked for by one agent is not shown to the next', async () => {
  await atTheDesk(async ({ world, cast, seat }) => {
    world.network.faults.slowAnswers = 1;
    seat.agent?.filterInbox({ status: 'open' });
    await world.clock.advance(200);
    world.network.heal();
    cast.signIn(seat, 'Eve');
    await world.clock.advance(10_000);
    expect(phaseOf(seat)).toMatchObject({ phase: 'ready', agent: { name: 'Eve' } });
    expect(inboxOf(seat)).toEqual([]);
  });
});

test('[SEC-1] a page that has not learned that another tab signed somebody in shows nothing that is theirs', async () => {
  await atTheDesk(async ({ world, cast, seat }) => {
    cast.visitorComes(world.browserOf('xi'));
    cast.agentComes(world.browserOf('Ann'));
    await world.clock.advance(2_000);
    const [, , visitor, other] = cast.seats;
    visitor?.rooms[0]?.chat.send('[xi] of another site');
    await world.clock.advance(1_000);
    if (other === undefined) throw new Error('no second tab');
    cast.signIn(other, 'Eve');
    await world.clock.advance(2_000);
    const seen: string[] = [];
    seat.agent?.inbox.subscribe(() => {
      const phase = phaseOf(seat);
      const name = phase?.phase === 'ready' ? phase.agent.name : 'nobody';
      const shown = seat.agent?.inbox.get().entries.map(({ last_message: last }) => last?.preview);
      seen.push(...(shown ?? []).map((words) => `${name} sees ${words}`));
    });
    seat.agent?.filterInbox({ status: 'open' });
    await world.clock.advance(20_000);
    expect(new Set(seen)).toEqual(
      new Set(['Ann sees [vi] is anybody there?', 'Eve sees [xi] of another site']),
    );
  });
});

test('[SEC-1] what one agent changed is not put into the inbox of the next', async () => {
  await atTheDesk(async ({ world, cast, seat, room }) => {
    if (!('patch' in room.chat)) throw new Error('not an agent');
    world.network.faults.slowAnswers = 1;
    void room.chat.patch({ labels: ['vip'] });
    await world.clock.advance(200);
    world.network.heal();
    cast.signIn(seat, 'Eve');
    await world.clock.advance(10_000);
    expect(inboxOf(seat)).toEqual([]);
  });
});

test('[RT-3] who takes over a page from a colleague of the same site sees the inbox and hears of what is new', async () => {
  await atTheDesk(async ({ world, cast, seat }) => {
    cast.signIn(seat, 'Ben');
    await world.clock.advance(3_000);
    expect(inboxOf(seat)).toHaveLength(1);
    cast.seats[0]?.rooms[0]?.chat.send('[vi] hello?');
    await world.clock.advance(500);
    expect(seat.agent?.inbox.get().entries[0]?.last_message?.preview).toBe('[vi] hello?');
    expect(seat.agent?.realtime.get().realtimeProvider).toBe('pusher');
  });
});

test('[SYNC-9] what one agent wrote is not sent in the name of another, and is sent when that one is back', async () => {
  await atTheDesk(async ({ world, cast, room }) => {
    cast.agentComes(world.browserOf('Ann'));
    await world.clock.advance(2_000);
    const other = cast.seats[2];
    if (other === undefined) throw new Error('no second tab');
    cast.signIn(other, 'Ben');
    await world.clock.advance(2_000);
    // The first tab has not learned of it.
    room.chat.send('[vi] with kind regards');
    await world.clock.advance(20_000);
    const sent = "SELECT sender_name FROM messages WHERE text LIKE '%regards%'";
    expect(world.disk.rows(sent)).toEqual([]);
    cast.signIn(other, 'Ann');
    await world.clock.advance(20_000);
    expect(world.disk.rows(sent)).toEqual([{ sender_name: 'Ann' }]);
  });
});

test('[SEC-1] what one agent asked to change is not done by another', async () => {
  await atTheDesk(async ({ world, cast, room }) => {
    if (!('patch' in room.chat)) throw new Error('not an agent');
    cast.agentComes(world.browserOf('Ann'));
    await world.clock.advance(2_000);
    const other = cast.seats[2];
    if (other === undefined) throw new Error('no second tab');
    cast.signIn(other, 'Ben');
    await world.clock.advance(2_000);
    const refused = expect(room.chat.patch({ status: 'resolved' })).rejects;
    const asked = refused.toMatchObject({ code: 'csrf_token_mismatch' });
    await world.clock.advance(2_000);
    await asked;
    expect(world.disk.rows('SELECT status FROM conversations')).toEqual([{ status: 'open' }]);
  });
});

test('[SEC-1] a visitor whom one tab forgot is gone from one that was left meanwhile, too', async () => {
  await atTheDesk(async ({ world, cast }) => {
    const [first] = cast.seats;
    if (!first?.visitor) throw new Error('no visitor');
    cast.visitorComes(first.tab.browser);
    await world.clock.advance(2_000);
    const kept = cast.seats.at(-1);
    expect(kept?.visitor?.view.get()?.messages).toHaveLength(1);
    kept?.tab.send('pagehide');
    for (const room of cast.rooms) room.watcher.end();
    first.tab.browser.becomes('va');
    for (const seat of cast.seats) seat.person = seat.agent === null ? 'va' : seat.person;
    first.visitor.reset();
    first.visitor.start();
    await world.clock.advance(5_000);
    kept?.tab.send('pageshow');
    await world.clock.advance(5_000);
    expect(kept?.visitor?.view.get()).toBeNull();
    kept?.visitor?.send('[va] somebody else');
    await world.clock.advance(5_000);
    expect(world.disk.rows('SELECT visitor_id FROM conversations')).toHaveLength(2);
  });
});

test('[SEC-1] a page that loads while another tab forgets the visitor does not bring that one back', async () => {
  await atTheDesk(async ({ world, cast }) => {
    const [first] = cast.seats;
    if (!first?.visitor) throw new Error('no visitor');
    for (const room of cast.rooms) room.watcher.end();
    world.network.faults.slowAnswers = 1;
    cast.visitorComes(first.tab.browser);
    cast.rooms.at(-1)?.watcher.end();
    await world.clock.advance(200);
    world.network.heal();
    first.tab.browser.becomes('va');
    for (const seat of cast.seats) seat.person = seat.agent === null ? 'va' : seat.person;
    first.visitor.reset();
    await world.clock.advance(10_000);
    expect(cast.seats.at(-1)?.visitor?.view.get()).toBeNull();
  });
});
