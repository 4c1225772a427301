import { streamContract } from '../conversation/stream.contract.ts';
import type { MakeDatabases } from './databases.ts';

/** What every database must keep: the same suite for all of them. */
export function contracts(make: MakeDatabases): void {
  streamContract(make);
}
