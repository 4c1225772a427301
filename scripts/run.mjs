// The entry of every command. Plain JavaScript and no imports: it must parse and speak on any Node,
// before anything is loaded that an old one would crash on (better-sqlite3 segfaults on Node 20).
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    [
      `Parley needs Node 22.18 or newer; this is Node ${process.versions.node}.`,
      'It brings its own along: run `npm install` (without --omit=optional), then use the npm',
      'scripts (`npm start`, `npm test`, …), which find it in node_modules/.bin by themselves.',
      'Or install a current Node from https://nodejs.org/.',
    ].join('\n'),
  );
  process.exit(1);
}

const command = process.argv[2];
if (command === undefined || !/^[a-z-]+$/.test(command)) {
  console.error('usage: node scripts/run.mjs COMMAND');
  process.exit(1);
}
await import(new URL(`./${command}.ts`, import.meta.url).href);
