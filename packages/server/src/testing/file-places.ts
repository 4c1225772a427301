import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Environment } from '../config/environment.ts';

/** Where a server under test keeps files, seen past the server. */
export interface FilePlace {
  readonly env: Environment;
  /** The keys of all that lies there. */
  kept(dataDir: string): Promise<string[]>;
  /** Puts one there that the server knows nothing of. */
  leave(dataDir: string, key: string, content: string): Promise<void>;
  discard(): Promise<void>;
}

export type MakeFilePlace = () => Promise<FilePlace>;

/** A folder of the server's own. */
export const folderPlace: MakeFilePlace = async () => ({
  env: {},
  kept: async (dataDir) => filesUnder(join(dataDir, 'files')),
  async leave(dataDir, key, content) {
    const shelf = join(dataDir, 'files', key.slice(0, 2));
    await mkdir(shelf, { recursive: true });
    await writeFile(join(shelf, key), content);
  },
  discard: async () => undefined,
});

export async function filesUnder(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  } catch (error) {
    // A folder within went while it was read.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return filesUnder(folder);
    throw error;
  }
}

const BUCKET = 'parley-tests';
/** Those that the server of the tests knows. */
const LOGIN = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

export interface S3Place extends FilePlace {
  readonly port: number;
  /** The service is gone, and what it keeps is not. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Removes an object behind the back of the server under test. */
  lose(key: string): Promise<void>;
}

/** A real S3-compatible server, in this process. */
export async function s3Place(): Promise<S3Place> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-s3-'));
  let running: S3rver | null = null;
  const run = async (port: number): Promise<number> => {
    running = new S3rver({
      address: '127.0.0.1',
      port,
      silent: true,
      directory,
      configureBuckets: [{ name: BUCKET }],
    });
    return (await running.run()).port;
  };
  const goAway = async (): Promise<void> => {
    const closed = running?.close();
    running?.httpServer.closeAllConnections();
    await closed;
    running = null;
  };
  const port = await run(0);
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: LOGIN,
  });
  const objectOf = (key: string) => ({ Bucket: BUCKET, Key: `chat/${key.slice(0, 2)}/${key}` });
  return {
    env: {
      S3_ENDPOINT: endpoint,
      S3_BUCKET: BUCKET,
      S3_PREFIX: 'chat',
      S3_ACCESS_KEY_ID: LOGIN.accessKeyId,
      S3_SECRET_ACCESS_KEY: LOGIN.secretAccessKey,
    },
    port,
    async kept() {
      const names = await filesUnder(join(directory, BUCKET));
      return names.flatMap((name) => /^([0-9a-f-]{36})\._S3rver_object$/.exec(name)?.[1] ?? []);
    },
    async leave(_dataDir, key, content) {
      await client.send(new PutObjectCommand({ ...objectOf(key), Body: content }));
    },
    async lose(key) {
      await client.send(new DeleteObjectCommand(objectOf(key)));
    },
    goAway,
    async comeBack() {
      await run(port);
    },
    async discard() {
      client.destroy();
      if (running !== null) await goAway();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
