import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Names and values, as the process has them; an absent name is undefined. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables of `.env` in `folder`, where there is one, under those of the process, which win.
 *
 * @throws whatever reading a file that is there may throw, except that there is none
 */
export function readEnvironment(folder: string, processEnv: Environment): Environment {
  const file = readIfThere(join(folder, '.env'));
  return { ...expand(parseEnv(file), processEnv), ...processEnv };
}

/**
 * Puts values for `${NAME}`, as Laravel's files use it (`VITE_REVERB_APP_KEY="${REVERB_APP_KEY}"`).
 * One pass, so that a value that names itself ends.
 */
export function expand(file: NodeJS.Dict<string>, processEnv: Environment): Environment {
  const valueOf = (name: string): string => processEnv[name] ?? file[name] ?? '';
  return Object.fromEntries(
    Object.entries(file).map(([name, value]) => [
      name,
      value?.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, other: string) => valueOf(other)),
    ]),
  );
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
