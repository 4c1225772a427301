import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/testing/longest-first.ts';
import { TallyReporter } from './scripts/testing/tally-reporter.ts';

// Workspace packages are taken from their TypeScript source: tests need no build and never see a
// stale one. Vitest hands these to Node as well, so none that Node decides itself (import, require).
const conditions = ['source', 'node', 'module-sync'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/src/**/*.test.tsx',
      'e2e/{faults,simulation}/**/*.test.ts',
    ],
    environment: 'node',
    reporters: ['default', new TallyReporter()],
    globalSetup: ['scripts/testing/postgres.ts', 'scripts/testing/redis.ts'],
    // A rejected promise or an open handle is a defect of the product until shown otherwise.
    dangerouslyIgnoreUnhandledErrors: false,
    // Many tests wait for a server or a clock; by default there is one worker on two cores.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // For machines that do much else; what hangs is found all the same.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Not the one second that is the default: what comes later than that is no defect.
    expect: { poll: { timeout: 20_000 } },
    // Never let one suite's spies or stubbed globals leak into the next.
    restoreMocks: true,
    unstubGlobals: true,
    unstubEnvs: true,
  },
});
