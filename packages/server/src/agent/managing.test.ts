import { describe, inject } from 'vitest';
import { postgresDatabases, sqliteDatabases } from '../testing/databases.ts';
import { managingContract } from './managing.contract.ts';

const url = inject('postgresUrl');

describe('managing on SQLite', () => managingContract(sqliteDatabases));
describe.skipIf(url === null)('managing on PostgreSQL', () =>
  managingContract(() => postgresDatabases(url ?? '')),
);
