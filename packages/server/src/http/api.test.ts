import { describe, inject } from 'vitest';
import { postgresDatabases, sqliteDatabases } from '../testing/databases.ts';
import { apiContract } from './api.contract.ts';

const url = inject('postgresUrl');

describe('the API on SQLite', () => apiContract(sqliteDatabases));
describe.skipIf(url === null)('the API on PostgreSQL', () =>
  apiContract(() => postgresDatabases(url ?? '')),
);
