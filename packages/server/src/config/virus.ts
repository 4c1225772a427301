import type { Variables } from './variables.ts';

/** Who looks for viruses in what people send. */
export type VirusSettings =
  /** A program and its arguments; the path of the file comes last. */
  | { readonly kind: 'command'; readonly program: string; readonly args: readonly string[] }
  | { readonly kind: 'clamd'; readonly address: ClamdAddress };

export type ClamdAddress =
  | { readonly path: string }
  | { readonly host: string; readonly port: number };

const CLAMD_PORT = 3310;

/** Null: nobody. */
export function virusFrom(
  { VIRUS_SCAN_COMMAND, CLAMD }: Variables,
  faults: string[],
): VirusSettings | null {
  if (VIRUS_SCAN_COMMAND !== undefined && CLAMD !== undefined) {
    faults.push('VIRUS_SCAN_COMMAND and CLAMD exclude each other');
  }
  const [program, ...args] = VIRUS_SCAN_COMMAND ?? [];
  if (program !== undefined) return { kind: 'command', program, args };
  return CLAMD === undefined ? null : { kind: 'clamd', address: addressFrom(CLAMD) };
}

function addressFrom(text: string): ClamdAddress {
  if (text.startsWith('/')) return { path: text };
  const [, host = text, port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  return { host, port: port === undefined ? CLAMD_PORT : Number(port) };
}
