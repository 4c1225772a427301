import { join } from 'node:path';
import { type Attachment, type Message, MessageAnswer } from '@parley/protocol';
import { afterAll, beforeAll, expect } from 'vitest';
import { z } from 'zod/mini';
import type { MakeDatabases, TestDatabases } from './databases.ts';
import { type FilePlace, filesUnder, type MakeFilePlace } from './file-places.ts';
import { postForm, type TestForm } from './forms.ts';
import {
  type Answer,
  newVisitor,
  signIn,
  type TestAgent,
  type TestVisitor,
} from './http-client.ts';
import { OWNER, type RunningServer, startServer } from './running-server.ts';

/** A machine that does much else is slow, and not wrong. */
export const PATIENT = { timeout: 20_000 };

export const FILE = '/api/chatbot/file';
export const VOICE = '/api/chatbot/voice';

/** A server that takes files of 300,000 bytes, with who sends them; there while tests run. */
export interface FileDesk {
  readonly server: RunningServer;
  readonly place: FilePlace;
  readonly agent: TestAgent;
  readonly visitor: TestVisitor;
  /** So much later it is for the server. */
  setAhead(ahead_ms: number): void;
  readonly send: (form: TestForm, path?: string) => Promise<Answer>;
  /** Expects that it is taken. */
  readonly sent: (form: TestForm, path?: string) => Promise<Message>;
  readonly sentFile: (name: string, content: Uint8Array | string) => Promise<Attachment>;
  readonly fetched: (url: string, headers?: Record<string, string>) => Promise<Response>;
  readonly bytesOf: (url: string) => Promise<Buffer>;
  /** Everything that lies where files are, and where they come in. */
  readonly onDisk: () => Promise<string[]>;
}

/** To be called where tests are declared: it is set up before them, and taken down after them. */
export function fileDesk(make: MakeDatabases, makePlace: MakeFilePlace): FileDesk {
  let databases: TestDatabases;
  let place: FilePlace;
  let server: RunningServer;
  let agent: TestAgent;
  let visitor: TestVisitor;
  let ahead_ms = 0;

  beforeAll(async () => {
    databases = await make();
    place = await makePlace();
    server = await startServer(databases, {
      env: { ...place.env, LIMIT_FILE_BYTES: '300000', LIMIT_FREE_DISK_BYTES: '0' },
      clock: { now_ms: () => Date.now() + ahead_ms },
    });
    agent = await signIn(server.url, OWNER);
    visitor = await newVisitor(server.url);
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
    await place.discard();
  });

  const send = (form: TestForm, path = FILE): Promise<Answer> => postForm(visitor, path, form);
  async function sent(form: TestForm, path = FILE): Promise<Message> {
    const answer = await send(form, path);
    expect(answer.status, answer.text).toBe(201);
    return z.parse(MessageAnswer, answer.json).message;
  }
  async function sentFile(name: string, content: Uint8Array | string): Promise<Attachment> {
    const { attachments } = await sent({ files: [['files', name, content]] });
    expect(attachments).toHaveLength(1);
    return must(attachments[0]);
  }
  const fetched = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(server.url + url, { headers });
  async function bytesOf(url: string): Promise<Buffer> {
    return Buffer.from(await (await fetched(url)).arrayBuffer());
  }
  async function onDisk(): Promise<string[]> {
    const { dataDir } = server;
    return [...(await place.kept(dataDir)), ...(await filesUnder(join(dataDir, 'incoming')))];
  }

  return {
    get server() {
      return server;
    },
    get place() {
      return place;
    },
    get agent() {
      return agent;
    },
    get visitor() {
      return visitor;
    },
    setAhead(to_ms) {
      ahead_ms = to_ms;
    },
    send,
    sent,
    sentFile,
    fetched,
    bytesOf,
    onDisk,
  };
}

/** @throws Error where an answer lacks it */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Something is missing in an answer');
  return value;
}
