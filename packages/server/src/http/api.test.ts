import { describe, inject } from 'vitest';
import { postgresDatabases, sqliteDatabases } from '../testing/databases.ts';
import { availabilityContract } from '../availability/availability.contract.ts';
import { apiContract } from './api.contract.ts';
import { waitingContract } from './waiting.contract.ts';

const url = inject('postgresUrl');

describe('the API on SQLite', () => apiContract(sqliteDatabases));
describe.skipIf(url === null)('the API on PostgreSQL', () =>
  apiContract(() => postgresDatabases(url ?? '')),
);

describe('waiting on SQLite', () => waitingContract(sqliteDatabases));
describe.skipIf(url === null)('waiting on PostgreSQL', () =>
  waitingContract(() => postgresDatabases(url ?? '')),
);

describe('availability on SQLite', () => availabilityContract(sqliteDatabases));
describe.skipIf(url === null)('availability on PostgreSQL', () =>
  availabilityContract(() => postgresDatabases(url ?? '')),
);
