import type { Fault } from './fault.ts';
import { killed, stopped } from './server-faults.ts';

export const faults: readonly Fault[] = [killed, stopped];
