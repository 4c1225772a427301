import type { Config } from './config/config.ts';
import { Secret } from './config/secret.ts';
import type { Random } from './context.ts';
import type { SiteCommands } from './site/site.commands.ts';

/** What the secrets of the installation are derived from. */
export interface AppKeys {
  /** What is signed from now on is signed with this one. */
  readonly present: Secret;
  /** The present one first; what was signed with a former one is still believed. */
  readonly all: readonly Secret[];
}

/** As the configuration says, else as the first start made it. */
export async function appKeysOf(
  { appKey, appPreviousKeys }: Config,
  commands: Pick<SiteCommands, 'ensureSetting'>,
  random: Random,
): Promise<AppKeys> {
  const made = () => commands.ensureSetting('app_key', () => random.token());
  const present = appKey ?? new Secret(await made());
  return { present, all: [present, ...appPreviousKeys] };
}
