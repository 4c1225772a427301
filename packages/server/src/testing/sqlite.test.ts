import { describe } from 'vitest';
import { contracts } from './contracts.ts';
import { sqliteDatabases } from './databases.ts';

describe('the store on SQLite', () => contracts(sqliteDatabases));
