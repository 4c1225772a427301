// What happens to the clock of a server.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const library = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib64/faketime/libfaketimeMT.so.1',
  '/usr/local/lib/faketime/libfaketimeMT.so.1',
].find((path) => existsSync(path));

/** Where libfaketime reads by how much the clock is wrong; one for all nodes. */
let file = '';

export const clockMoves: Fault = {
  name: 'clock moved by 2 h',
  grounds: ['SQLite', 'PostgreSQL'],
  missing: () => (library === undefined ? 'libfaketime is not installed' : null),
  async prepare() {
    const folder = await mkdtemp(join(tmpdir(), 'parley-clock-'));
    file = join(folder, 'time');
    await writeFile(file, '+0');
    return {
      stage: {
        env: {
          LD_PRELOAD: library ?? '',
          FAKETIME_TIMESTAMP_FILE: file,
          FAKETIME_NO_CACHE: '1',
          // A clock that is set does not change how long things take.
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
        },
      },
      close: () => rm(folder, { recursive: true }),
    };
  },
  strikes: 6,
  async strike({ random }) {
    await writeFile(file, random.pick(['+2h', '-2h', '+0']));
    await delay(random.between(500, 4000));
  },
  end: () => writeFile(file, '+0'),
};
