import { describe, expect, test } from 'vitest';
import { rowsOf, Simulation } from './testing/simulation.ts';
import { talk } from './testing/talk.ts';

describe('opening a conversation', () => {
  test('[SYNC-5] one that was shown before, or fetched ahead, is there at once; what changed meanwhile follows', async () => {
    const one = await talk('reverb');
    const { id } = one.conversation;
    one.open.close();
    one.visitor.send('meanwhile');
    await one.pass(1_000);
    const again = one.agent.open(id);
    expect(rowsOf(again).map(({ text }) => text)).toEqual(['hello']);
    await one.pass(1_000);
    expect(rowsOf(again).map(({ text }) => text)).toEqual(['hello', 'meanwhile']);
    expect(again.view.get()).toMatchObject({
      conversation: { head: one.conversation.head('agent') },
    });
    again.close();

    const other = one.world.agent('other agent');
    other.start();
    await one.pass(5_000);
    const pages = () => one.world.network.count(`/admin/chatbot/${id}/messages`, 'other agent');
    for (let hovers = 0; hovers < 3; hovers += 1) other.prefetch(id);
    await one.pass(1_000);
    expect(pages()).toBe(1);
    one.visitor.send('and then');
    await one.pass(1_000);
    const ahead = other.open(id);
    expect(rowsOf(ahead).map(({ text }) => text)).toEqual(['hello', 'meanwhile']);
    await one.pass(1_000);
    expect(rowsOf(ahead).map(({ text }) => text)).toEqual(['hello', 'meanwhile', 'and then']);
  });
});

describe('files', () => {
  test('a page that is open for longer than addresses of files are good has new ones, read page by page, and asks for nothing else', async () => {
    const one = await talk('reverb');
    one.conversation.fileUrl = '/files/1/a.pdf?expires=1';
    for (let count = 0; count < 25; count += 1) one.open.send(`file ${count}`);
    await one.pass(60_000);
    const urls = () =>
      [one.visitor.view.get()?.messages ?? [], rowsOf(one.open)].map(
        (rows) => new Set(rows.flatMap(({ attachments }) => attachments.map(({ url }) => url))),
      );
    expect(urls()).toEqual([
      new Set(['/files/1/a.pdf?expires=1']),
      new Set(['/files/1/a.pdf?expires=1']),
    ]);
    const before = one.shown;

    one.conversation.fileUrl = '/files/1/a.pdf?expires=2';
    // Nobody looks: it can wait.
    one.page.send('hidden');
    expect(await one.requestsIn(20 * 3_600_000, '/api/chatbot/conversation')).toBe(0);
    const asked = one.world.network.count('/api/chatbot/conversation');
    one.page.send('visible');
    await one.pass(5_000);
    // The heads, and three pages of ten: the model's.
    expect(one.world.network.count('/api/chatbot/conversation') - asked).toBe(4);
    expect(urls()).toEqual([
      new Set(['/files/1/a.pdf?expires=2']),
      new Set(['/files/1/a.pdf?expires=2']),
    ]);
    expect(one.shown).toEqual(before);
    expect(await one.requestsIn(3_600_000, '/messages')).toBe(0);
  });
});

describe('what is shown', () => {
  test('[SYNC-10] the first message stands there at once, and stays the same row', async () => {
    const world = new Simulation(1, 'reverb');
    const visitor = world.visitor('visitor');
    visitor.start();
    const key = visitor.send('hello');
    expect(rowsOf(visitor)).toMatchObject([{ key, text: 'hello', state: 'sending', seq: null }]);
    await world.clock.advance(2_000);
    expect(visitor.view.get()?.messages).toMatchObject([{ key, state: 'sent', seq: 1 }]);
    expect(visitor.pending.get()).toEqual([]);
  });

  test('[SYNC-10] an answer that never comes holds nobody up: the event says as much', async () => {
    const one = await talk('reverb');
    one.world.network.faults.hangingAnswers = 1;
    one.visitor.send('a');
    one.visitor.send('b');
    await one.pass(1_000);
    expect(one.shown.agent).toEqual(['hello', 'a', 'b']);
    expect(rowsOf(one.visitor).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
  });

  test('[SYNC-12] seen messages are read: one request for many, nothing for one’s own', async () => {
    const one = await talk('reverb');
    for (const text of ['a', 'b', 'c']) one.open.send(text);
    await one.pass(2_000);
    expect(one.visitor.unread.get()).toBe(3);
    for (const { seq } of rowsOf(one.visitor)) one.visitor.seen(seq ?? 0);
    expect(one.visitor.unread.get()).toBe(0);
    await one.pass(2_000);
    expect(rowsOf(one.open).map(({ state }) => state)).toEqual(['sent', 'read', 'read', 'read']);
    one.visitor.send('mine');
    await one.pass(1_000);
    one.visitor.seen(Number.MAX_SAFE_INTEGER);
    await one.pass(1_000);
    expect(one.world.network.count('/read', 'visitor')).toBe(1);
  });

  test('[SPEC §4] typing is told at once, then every 3 s, and when it is over', async () => {
    const one = await talk('reverb');
    for (let letters = 1; letters <= 10; letters += 1) {
      one.visitor.composing('x'.repeat(letters));
      await one.pass(900);
    }
    expect(one.world.network.count('/typing', 'visitor')).toBe(4);
    one.visitor.composing('');
    await one.pass(100);
    expect(one.world.network.count('/typing', 'visitor')).toBe(5);
  });

  test('[SPEC §4] typing is shown with what is typed, passes by itself, and ends with the message', async () => {
    const one = await talk('reverb');
    const typing = () => {
      const view = one.open.view.get();
      return view.status === 'ready' ? view.typing : null;
    };
    one.visitor.composing('I would like');
    await one.pass(300);
    expect(typing()).toEqual({
      sender_type: 'visitor',
      sender_name: null,
      preview: 'I would like',
    });
    await one.pass(6_000);
    expect(typing()).toBeNull();
    one.visitor.composing('I would like to');
    await one.pass(300);
    one.visitor.send('I would like to know');
    await one.pass(300);
    expect(typing()).toBeNull();
    one.open.composing('Sure');
    await one.pass(300);
    expect(one.visitor.view.get()?.typing).toEqual({
      sender_type: 'agent',
      sender_name: 'Ann',
      preview: null,
    });
    one.open.composing('');
    await one.pass(300);
    expect(one.visitor.view.get()?.typing).toBeNull();
  });

  test('the agent hears of a new message in any conversation, once', async () => {
    const one = await talk('reverb');
    const heard: string[] = [];
    one.agent.on('message', ({ text, mine }) => heard.push(`${text} ${mine}`));
    one.open.close();
    one.visitor.send('again');
    await one.pass(1_000);
    expect(heard).toEqual(['again false']);
    // Nor again when the rows are fetched anew.
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(10_000);
    expect(heard).toEqual(['again false']);
    Object.assign(one.world.network.faults, { reverb: 'refuse' });
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(100);
    one.visitor.send('in the gap');
    await one.pass(10_000);
    expect(heard).toEqual(['again false', 'in the gap false']);
  });

  test.each(['reverb', 'polling'] as const)(
    'the agent hears that colleagues changed, over %s',
    async (provider) => {
      const one = await talk(provider);
      let changes = 0;
      const stop = one.agent.onAgentsChanged(() => (changes += 1));
      one.world.server.agentsChanged();
      await one.pass(2_000);
      expect(changes).toBe(1);
      stop();
      one.world.server.agentsChanged();
      await one.pass(2_000);
      expect(changes).toBe(1);
    },
  );

  test('[RT-9] changes are readable lines, and nothing is said without them', async () => {
    const one = await talk('reverb');
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(10_000);
    const lines = one.world.lines.filter((line) => line.includes('visitor:'));
    for (const part of [
      'reverb: connecting',
      'reverb: subscribed to private-chat.conversation.1',
      'reverb: live',
      'reverb: connection closed 1006',
      'events come by nothing',
      'events come by reverb',
      'message 1 in conversation 1, seq 1',
    ]) {
      expect(lines.some((line) => line.includes(part)) ? part : lines).toBe(part);
    }
  });
});
