import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { newAgent, newSite, visit } from '../testing/world.ts';
import { chatwootSource } from './chatwoot.source.ts';
import { importChats } from './import.ts';
import { laravelSource } from './laravel.source.ts';
import { liveHelperChatSource } from './livehelperchat.source.ts';
import type { Source, SourceOptions } from './old-chat.ts';

const LARAVEL = String.raw`-- MySQL dump 10.13  Distrib 8.0.36
CREATE TABLE ${'`chat_conversations`'} (
  ${'`id`'} bigint unsigned NOT NULL AUTO_INCREMENT,
  ${'`visitor_name`'} varchar(255) DEFAULT NULL,
  ${'`visitor_email`'} varchar(255) DEFAULT NULL,
  ${'`status`'} enum('open','closed') NOT NULL,
  PRIMARY KEY (${'`id`'})
) ENGINE=InnoDB;
INSERT INTO ${'`chat_conversations`'} VALUES (1,'Sakura','Sakura@people.example','closed'),(2,'Sakura','sakura@people.example','open'),(3,NULL,NULL,'open'),
(4,'Sakura','sakura@people.example','open'),(5,'X','','lost');
INSERT INTO ${'`chat_messages`'} (id, conversation_id, sender_type, sender_name, message, attachment_path, attachment_name, created_at) VALUES
(1,1,'visitor',NULL,'It\'s me\n"again"',NULL,NULL,'2024-02-29 10:00:00'),
(2,1,'admin','Ada','Hello','chat/a b.pdf','a b.pdf','2024-02-29 10:00:05'),
(3,2,'visitor',NULL,'Anybody?',NULL,NULL,'2024-03-02 10:00:00'),
(4,3,'visitor',NULL,'','chat/photo.png','photo.png','2024-03-03 10:00:00'),
(5,9,'visitor',NULL,'to nobody',NULL,NULL,'2024-03-03 10:00:00'),
(6,3,'visitor',NULL,'when?',NULL,NULL,'0000-00-00 00:00:00'),
(7,3,'robot',NULL,'beep',NULL,NULL,'2024-03-03 10:00:00'),
(8,4,'visitor',NULL,'And now?',NULL,NULL,'2024-03-04 10:00:00');
`;

const CHATWOOT = String.raw`--
-- PostgreSQL database dump
--
COPY public.contacts (id, name, email, account_id) FROM stdin;
7	Sakura	sakura@people.example	1
\.
COPY public.conversations (id, account_id, inbox_id, status, contact_id, created_at) FROM stdin;
1	1	1	1	7	2024-02-29 10:00:00.123
2	1	2	0	7	2024-02-29 10:00:00
\.
COPY public.messages (id, content, account_id, inbox_id, conversation_id, message_type, created_at, private, sender_type, sender_id) FROM stdin;
10	Hi\nthere	1	1	1	0	2024-02-29 10:00:01.5	f	Contact	7
11	Hello	1	1	1	1	2024-02-29 10:00:02	f	User	3
12	knows him	1	1	1	1	2024-02-29 10:00:03	t	User	3
13	Resolved by Ada	1	1	1	2	2024-02-29 10:00:04	f	\N	\N
14	\N	1	1	1	0	2024-02-29 10:00:05	f	Contact	7
15	elsewhere	1	2	2	0	2024-02-29 10:00:05	f	Contact	7
\.
COPY public.attachments (id, file_type, external_url, message_id, fallback_title) FROM stdin;
1	0	\N	14	\N
\.
COPY public.users (id, name, display_name, email) FROM stdin;
3	Ada Lovelace	Ada	ada@agents.example
\.
`;

const LIVE_HELPER_CHAT = String.raw`-- MariaDB dump 10.19
INSERT INTO ${'`lh_chat`'} (id, nick, status, time, dep_id, email) VALUES (1,'Sakura',2,1709200800,1,'s@people.example'),(2,'x',4,1709200800,1,'');
INSERT INTO ${'`lh_msg`'} (id, msg, time, chat_id, user_id, name_support) VALUES (1,'Hi [file=3_abc]',1709200800,1,0,''),
(2,'Ada has accepted the chat!',1709200801,1,-1,''),(3,'Hello',1709200802,1,5,'Ada'),(4,'among us',1709200802,2,5,'Ada');
`;

const NO_OPTIONS: SourceOptions = { filesUrl: null, inbox: null };

export function importContract(make: MakeDatabases): void {
  const scene = withWorld(make);

  async function setUp(dump: string, makeSource: () => Source) {
    const world = scene.world();
    const folder = await mkdtemp(join(tmpdir(), 'parley-import-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'dump.sql');
    await writeFile(path, dump);
    const site = await newSite(world);
    const agent = await newAgent(world, [{ site }]);
    const bring = async (isDry = false) => {
      const faults: string[] = [];
      const sum = await importChats({
        database: isDry ? null : world.database,
        siteId: site.id,
        source: makeSource(),
        files: [{ path, csvTable: '', dialect: null }],
        now_ms: world.clock.now_ms(),
        onFault: ({ line, reason }) => void faults.push(`${line}: ${reason}`),
      });
      return { sum, faults };
    };
    const inbox = async () => (await world.conversations.inbox(agent, {})).conversations;
    const messages = async (id: number) =>
      (await world.conversations.messagesOfAgent(agent, id, {}))?.messages ?? [];
    return { world, site, agent, bring, inbox, messages };
  }

  test('Laravel: who, what and when come over once, however often; the rest is named by its line', async () => {
    const { world, site, bring, inbox, messages } = await setUp(LARAVEL, () =>
      laravelSource({ ...NO_OPTIONS, filesUrl: 'https://old.example/storage' }),
    );
    expect((await bring(true)).sum).toMatchObject({ conversations: 4, messages: 5, notTaken: 4 });
    expect(await inbox()).toEqual([]);
    // Somebody who only typed that address is not joined (SEC-2).
    await visit(world, site, { email: 'sakura@people.example' });
    const first = await bring();
    expect(first.sum).toEqual({ conversations: 4, messages: 5, known: 0, notTaken: 4 });
    expect(first.faults).toEqual([
      '10: chat_conversations: status lost is unknown',
      '16: chat_messages: conversation 9 is not there, or was not taken',
      '17: chat_messages: created_at is no time: 0000-00-00 00:00:00',
      '18: chat_messages: sender robot is unknown',
      '19: conversation 4 is resolved here, for another of the same person is open',
    ]);
    expect((await bring()).sum).toEqual({ conversations: 0, messages: 0, known: 5, notTaken: 4 });
    const rows = await inbox();
    expect(rows.map(({ status, visitor }) => [status, visitor.name])).toEqual([
      ['resolved', 'Sakura'],
      ['open', null],
      ['open', 'Sakura'],
      ['resolved', 'Sakura'],
    ]);
    expect(new Set(rows.map(({ visitor }) => visitor.id)).size).toBe(2);
    expect(rows.map(({ unread }) => unread)).toEqual([0, 1, 1, 0]);
    expect(await messages(rows[3]?.id ?? 0)).toMatchObject([
      {
        seq: 1,
        sender_type: 'visitor',
        sender_name: 'Sakura',
        text: 'It\'s me\n"again"',
        created_at: '2024-02-29 10:00:00',
      },
      {
        seq: 2,
        sender_type: 'agent',
        sender_name: 'Ada',
        text: 'Hello\na b.pdf: https://old.example/storage/chat/a b.pdf',
      },
    ]);
  });

  test('Chatwoot: notes stay notes, names are those of its users, one inbox where wished', async () => {
    const { bring, inbox, messages } = await setUp(CHATWOOT, () =>
      chatwootSource({ ...NO_OPTIONS, inbox: '1' }),
    );
    const { sum, faults } = await bring();
    expect(sum).toEqual({ conversations: 1, messages: 5, known: 0, notTaken: 1 });
    expect(faults).toEqual(['17: messages: conversation 2 is not there, or was not taken']);
    const [row] = await inbox();
    expect(row).toMatchObject({
      status: 'resolved',
      visitor: { name: 'Sakura', email: 'sakura@people.example' },
    });
    expect(await messages(row?.id ?? 0)).toMatchObject([
      {
        sender_type: 'visitor',
        text: 'Hi\nthere',
        private: false,
        created_at: '2024-02-29 10:00:01',
      },
      { sender_type: 'agent', sender_name: 'Ada', text: 'Hello' },
      { sender_type: 'agent', text: 'knows him', private: true },
      { sender_type: 'system', text: 'Resolved by Ada', private: true },
      { sender_type: 'visitor', text: '[Attachment]' },
    ]);
  });

  test('Live Helper Chat: visitors, operators and its own remarks; no chats among operators', async () => {
    const { bring, inbox, messages } = await setUp(LIVE_HELPER_CHAT, () =>
      liveHelperChatSource(NO_OPTIONS),
    );
    const { sum, faults } = await bring();
    expect(sum).toEqual({ conversations: 1, messages: 3, known: 0, notTaken: 2 });
    expect(faults[0]).toBe('2: lh_chat: status 4 is no chat with a visitor');
    const [row] = await inbox();
    expect(row).toMatchObject({ status: 'resolved', visitor: { name: 'Sakura' } });
    expect(await messages(row?.id ?? 0)).toMatchObject([
      { sender_type: 'visitor', text: 'Hi [file 3]', created_at: '2024-02-29 10:00:00' },
      { sender_type: 'system', private: true },
      { sender_type: 'agent', sender_name: 'Ada', text: 'Hello' },
    ]);
  });
}
