// What `npm start`, the published package and the image run: the server in some thirty files in place of
// a thousand, which start sooner and take less memory (ADR 0023).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * These stay packages of their own: what has native parts, what reads files beside its own, what loads a
 * part of itself while it runs (`file-type`: of that part there would be two, and neither knows the errors
 * of the other), what few servers load. What the sources ask for by `createRequire` (mail, push, Redis, YAML …) stays outside too.
 */
const OUTSIDE = [
  '@aws-sdk/client-s3',
  '@fastify/swagger-ui',
  '@node-rs/argon2',
  '@opentelemetry/api',
  'better-sqlite3',
  'file-type',
  'pg',
  'sharp',
];

interface Chunk {
  readonly type: 'asset' | 'chunk';
  readonly moduleIds?: readonly string[];
}

/** The licences of all that others wrote and that is in the files now, as these licences ask for. */
const withLicences = {
  name: 'parley:licences',
  generateBundle(
    this: { emitFile(file: { type: 'asset'; fileName: string; source: string }): unknown },
    _options: unknown,
    bundle: Readonly<Record<string, Chunk>>,
  ): void {
    const ids = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
    const folders = new Set(
      ids.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id) ?? []),
    );
    const source = [...folders]
      .sort()
      .map(licenceOf)
      .join(`\n${'='.repeat(80)}\n`);
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENCES.txt', source });
  },
};

function licenceOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  return `${manifest.name} ${manifest.version}: ${manifest.license ?? 'see below'}\n${text}`;
}

export default {
  input: {
    main: 'src/main.ts',
    // Started, or loaded there, by their names.
    'sqlite-writer.thread': 'src/database/sqlite-writer.thread.ts',
    transactions: 'src/transactions.ts',
  },
  cwd: import.meta.dirname,
  platform: 'node',
  external: OUTSIDE,
  resolve: { conditionNames: ['source', 'node'] },
  plugins: [withLicences],
  logLevel: 'warn',
  output: {
    dir: 'dist',
    cleanDir: true,
    format: 'esm',
    // Names that say what is in them, for whoever reads a profile or a trace.
    chunkFileNames: '[name].js',
    // Lines and names stay: without them a trace says nothing where the map is missing, and they cost
    // half a megabyte. One letter above Latin-1 would double what each file takes in memory.
    minify: false,
    comments: false,
    charset: 'ascii',
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
};
