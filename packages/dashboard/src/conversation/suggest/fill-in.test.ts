import { expect, test } from 'vitest';
import { fillIn } from './fill-in.ts';

const variables = {
  'visitor.name': 'Vera $& {{agent.name}}',
  'visitor.email': '',
  'agent.name': 'Ada',
  'site.name': 'Shop',
};

test('variables are filled in, once, and what is not known leaves no gap', () => {
  const text =
    'Hello {{visitor.name}}, {{ agent.name }} of {{site.name}} here ({{visitor.email}}).';
  expect(fillIn(text, variables)).toBe('Hello Vera $& {{agent.name}}, Ada of Shop here ().');
  expect(fillIn('Hello {{visitor.email}}, hi', variables)).toBe('Hello, hi');
});

test('what is no variable stays', () => {
  expect(fillIn('{{constructor}} {{x}} {{ }} {y}', variables)).toBe(
    '{{constructor}} {{x}} {{ }} {y}',
  );
});
