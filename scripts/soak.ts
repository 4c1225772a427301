// `npm run soak [-- --minutes N] [-- --seed S --steps N]`: the simulation of e2e/simulation for
// minutes, or the story of one seed again. From the sources: it needs no build.
import { run } from './lib/process.ts';

const options = process.argv.slice(3);
if (!options.every((option) => /^(--(minutes|seed|steps)(=[\d.]+)?|[\d.]+)$/.test(option))) {
  console.error('usage: npm run soak [-- --minutes N] [-- --seed S [--steps N]]');
  process.exit(1);
}
const { code } = await run(`node --conditions source e2e/simulation/soak.ts ${options.join(' ')}`, {
  output: 'terminal',
});
process.exitCode = code;
