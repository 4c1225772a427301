import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  workspaces: {
    '.': {
      // Commands are found by name (scripts/run.mjs), tools are named in command lines there.
      entry: ['scripts/*.ts', 'size-limit.config.ts'],
      project: ['scripts/**/*.{ts,mjs}', '*.config.ts'],
      ignoreDependencies: ['license-checker-rseidelsohn', 'oxlint', 'oxlint-tsgolint'],
    },
    e2e: { entry: ['*.story.ts', '*.screens.ts'], project: ['**/*.ts'] },
    'packages/server': { entry: ['src/main.ts'], project: ['src/**/*.ts'] },
    'packages/*': { project: ['src/**/*.{ts,tsx}'] },
  },
  // The system's package manager, tried before a browser is downloaded.
  ignoreBinaries: ['apt-get', 'sudo'],
};

export default config;
