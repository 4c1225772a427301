import './node-version.ts';

// Only now, for an older Node cannot even load the rest.
const { run } = await import('./cli.ts');
await run(process.argv.slice(2));
