import './node-version.ts';
import './traces.ts';
import { endOnSignals } from './stop-on-signals.ts';

endOnSignals();

// Only now, for an older Node cannot even load the rest. Not awaited: what is loaded may need a part of
// this file, and would wait for it in turn.
void import('./cli.ts').then(({ run }) => run(process.argv.slice(2)));
