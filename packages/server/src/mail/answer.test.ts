import { describe, expect, inject, test } from 'vitest';
import { postgresDatabases, sqliteDatabases } from '../testing/databases.ts';
import { pageOf } from './answer-mail.ts';
import { ANSWER_LANGUAGES } from './answer-words.ts';
import { answerContract } from './answer.contract.ts';
import { LANGUAGES } from './words.ts';

const url = inject('postgresUrl');

describe('an answer by mail on SQLite', () => answerContract(sqliteDatabases));
describe.skipIf(url === null)('an answer by mail on PostgreSQL', () =>
  answerContract(() => postgresDatabases(url ?? '')),
);

test('a mail leads to pages of the site alone, and speaks what the widget speaks', () => {
  const origins = ['https://shop.example'];
  expect(pageOf('https://shop.example/cart?x=1', origins)).toBe('https://shop.example/cart?x=1');
  const foreign = [
    'https://shop.example.evil.example/',
    'javascript:alert(1)',
    'nowhere',
    undefined,
  ];
  for (const url of foreign) expect(pageOf(url, origins)).toBeNull();
  expect(pageOf('https://shop.example/', [])).toBeNull();
  expect(ANSWER_LANGUAGES).toEqual(Object.keys(LANGUAGES));
});
