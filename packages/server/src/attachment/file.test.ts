import { describe, inject } from 'vitest';
import { postgresDatabases, sqliteDatabases } from '../testing/databases.ts';
import { s3Place } from '../testing/file-places.ts';
import { fileContract } from './file.contract.ts';

const url = inject('postgresUrl');

describe('files on SQLite', () => fileContract(sqliteDatabases));
describe.skipIf(url === null)('files on PostgreSQL', () =>
  fileContract(() => postgresDatabases(url ?? '')),
);
describe('files in a bucket', () => fileContract(sqliteDatabases, s3Place));
