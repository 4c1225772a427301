import { describe, inject } from 'vitest';
import { postgresDatabases, sqliteDatabases } from '../testing/databases.ts';
import { badInputContract } from './bad-input.contract.ts';

const url = inject('postgresUrl');

describe('bad input on SQLite', () => badInputContract(sqliteDatabases));
describe.skipIf(url === null)('bad input on PostgreSQL', () =>
  badInputContract(() => postgresDatabases(url ?? '')),
);
