import { describe, inject } from 'vitest';
import { postgresDatabases, sqliteDatabases } from '../testing/databases.ts';
import { dashboardSocketContract } from './dashboard-socket.contract.ts';

const url = inject('postgresUrl');

describe('dashboard sockets on SQLite', () => dashboardSocketContract(sqliteDatabases));
describe.skipIf(url === null)('dashboard sockets on PostgreSQL', () =>
  dashboardSocketContract(() => postgresDatabases(url ?? '')),
);
