import { describe, inject } from 'vitest';
import { postgresDatabases, sqliteDatabases } from '../testing/databases.ts';
import { resetContract } from './reset.contract.ts';

const url = inject('postgresUrl');

describe('a new password on SQLite', () => resetContract(sqliteDatabases));
describe.skipIf(url === null)('a new password on PostgreSQL', () =>
  resetContract(() => postgresDatabases(url ?? '')),
);
