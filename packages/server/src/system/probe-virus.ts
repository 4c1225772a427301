import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookAt } from '../attachment/virus.disk.ts';
import type { VirusSettings } from '../config/virus.ts';

/** `blind`: takes the test virus for a clean file; `small`: does so in a large file, or refuses that. */
export type ScannerState = 'ok' | 'blind' | 'small';

const WITHIN_MS = 40_000;
const BLOCK_BYTES = 512;

/**
 * Has a scanner look at the test virus that all of them know (EICAR), alone and in an archive.
 * @param file_bytes how large the archive is; null: only alone
 * @throws whatever keeps the scanner from looking
 */
export async function probeVirus(
  settings: VirusSettings,
  file_bytes: number | null,
): Promise<ScannerState> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-doctor-'));
  const finds = async (path: string): Promise<boolean> =>
    (await lookAt(settings, path, AbortSignal.timeout(WITHIN_MS))).state === 'infected';
  try {
    const alone = join(folder, 'test-virus');
    await writeFile(alone, testVirus());
    if (!(await finds(alone))) return 'blind';
    if (file_bytes === null) return 'ok';
    const large = join(folder, 'test-virus.tar');
    await writeArchive(large, testVirus(), file_bytes);
    return (await finds(large)) ? 'ok' : 'small';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In two pieces: else this very file would be taken for one. */
export function testVirus(): Buffer {
  return Buffer.from(
    ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
  );
}

/** A tar of that size, whose last file is this one: some scanners look at the beginning alone. */
async function writeArchive(path: string, content: Buffer, size_bytes: number): Promise<void> {
  const file = Buffer.concat([tarHeader('eicar.com', content.length), Buffer.alloc(BLOCK_BYTES)]);
  content.copy(file, BLOCK_BYTES);
  // Before it a header, behind it two empty blocks.
  const zeros = Math.max(0, Math.floor((size_bytes - file.length) / BLOCK_BYTES) - 3);
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.write(tarHeader('zeros', zeros * BLOCK_BYTES), 0, BLOCK_BYTES, 0);
    // What is not written are zeros, which take no room on the disk.
    await handle.write(file, 0, file.length, (1 + zeros) * BLOCK_BYTES);
    await handle.truncate(size_bytes);
  } finally {
    await handle.close();
  }
}

function tarHeader(name: string, size_bytes: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${octal(size_bytes, 11)}\0`, 124);
  // The sum is taken while its own place holds spaces.
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  return header;
}
