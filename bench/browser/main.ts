// npm run bench:widget -- [ROW…]: see ../README.md.
import { startServer } from '../../e2e/harness/server.ts';
import { ROWS, type Measured } from './rows.ts';

type Row = keyof typeof ROWS;
const known = Object.keys(ROWS) as Row[];
const asked = process.argv.slice(3);
const unknown = asked.filter((row) => !known.some((each) => each === row));
if (unknown.length > 0) {
  console.error(`no such row: ${unknown.join(' ')}\nrows: ${known.join(' ')}`);
  process.exit(1);
}
const rows = asked.length === 0 ? known : known.filter((row) => asked.includes(row));

const server = await startServer();
const all: Measured[] = [];
try {
  for (const row of rows) {
    console.error(row);
    all.push(...(await ROWS[row](server)));
  }
} finally {
  await server.dispose();
}
console.log('| what | measured | goal |\n|---|---|---|');
for (const { what, measured, goal } of all) console.log(`| ${what} | ${measured} | ${goal} |`);
