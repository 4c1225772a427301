// `npm run check`: everything that can be said without running the product. One line for a step
// that passes, its whole output for one that fails.
import { BuildError, build } from './lib/build.ts';
import { run, seconds } from './lib/process.ts';

const packages = ['protocol', 'realtime', 'client', 'server', 'widget', 'dashboard'];

/** What a dependency may be licensed under, whether it is shipped or only builds and tests. */
const permissive = [
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'Unlicense',
  'Python-2.0',
];
/** Weak copyleft (MPL-2.0), and never part of what is shipped: a CSS compiler and a test engine. */
const toolsUnderOtherTerms = ['lightningcss', 'axe-core', '@axe-core/playwright'];
/**
 * Loaded at run time from packages of their own: libvips (LGPL-3.0-or-later, a shared library of sharp)
 * and web-push (MPL-2.0). Whoever installs Parley gets them from npm unchanged and may put another build
 * in their place, which is what these licences ask for; nothing of them is part of our files.
 */
const librariesLoadedAtRunTime = ['@img/sharp-', 'web-push'];

interface Step {
  readonly name: string;
  readonly command: string;
}

const steps: readonly Step[] = [
  { name: 'lint', command: 'oxlint' },
  {
    name: 'types',
    command: ['tsconfig.test.json', ...packages.map((name) => `packages/${name}`)]
      .map((project) => `tsc -p ${project}`)
      .join(' && '),
  },
  { name: 'unused code', command: 'knip' },
  {
    name: 'licences',
    command: [
      'license-checker-rseidelsohn --excludePrivatePackages --summary',
      `--onlyAllow "${permissive.join(';')}"`,
      `--excludePackagesStartingWith "${[...toolsUnderOtherTerms, ...librariesLoadedAtRunTime].join(';')}"`,
    ].join(' '),
  },
  { name: 'sizes', command: 'size-limit --config size-limit.config.ts' },
  { name: 'format', command: 'oxfmt --check' },
];

const startedAt = performance.now();
let failed = 0;
// First and alone: types and sizes are taken from what it makes.
await checkBuild();
const waiting = [...steps];
// The linter uses every core for a second; two lanes keep the rest busy without a queue.
await Promise.all([lane(), lane()]);
console.log(
  failed === 0
    ? `check passed (${seconds(performance.now() - startedAt)})`
    : `check FAILED: ${failed} of ${steps.length + 1} steps`,
);
process.exitCode = failed === 0 ? 0 : 1;

async function checkBuild(): Promise<void> {
  try {
    await build();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    failed += 1;
    console.log(`FAILED  build\n${error.message}`);
  }
}

async function lane(): Promise<void> {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const { code, output, ms } = await run(step.command);
    if (code === 0) {
      console.log(`ok      ${step.name} (${seconds(ms)})`);
    } else {
      failed += 1;
      console.log(`FAILED  ${step.name} (${step.command})\n${output}`);
    }
  }
}
