import { describe, inject } from 'vitest';
import { postgresDatabases, sqliteDatabases } from '../testing/databases.ts';
import { isolationContract } from './isolation.contract.ts';

const url = inject('postgresUrl');

describe('isolation on SQLite', () => isolationContract(sqliteDatabases));
describe.skipIf(url === null)('isolation on PostgreSQL', () =>
  isolationContract(() => postgresDatabases(url ?? '')),
);
