import { describe, inject } from 'vitest';
import { postgresDatabases, sqliteDatabases } from '../testing/databases.ts';
import { importContract } from './import.contract.ts';

const url = inject('postgresUrl');

describe('importing on SQLite', () => importContract(sqliteDatabases));
describe.skipIf(url === null)('importing on PostgreSQL', () =>
  importContract(() => postgresDatabases(url ?? '')),
);
