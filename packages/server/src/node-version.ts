/**
 * Imported before everything else: under an older Node the database's native part crashes the
 * process without a word.
 */
const OLDEST = [22, 18] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `Parley needs Node ${OLDEST.join('.')} or newer, and this is ${process.versions.node}.\n` +
      'Start it with "npm start", which brings its own Node, or install a newer one.\n',
  );
  process.exit(1);
}
