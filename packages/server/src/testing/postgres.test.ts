import { describe, inject } from 'vitest';
import { contracts } from './contracts.ts';
import { postgresDatabases } from './databases.ts';

const url = inject('postgresUrl');

describe.skipIf(url === null)('the store on PostgreSQL', () =>
  contracts(() => postgresDatabases(url ?? '')),
);
