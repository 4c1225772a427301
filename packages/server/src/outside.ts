// What a node stands on outside of its process, as the configuration says, and counted where anything is.
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { createDiskStorage } from './attachment/storage.disk.ts';
import { createS3Storage } from './attachment/storage.s3.ts';
import type { FileStorage } from './attachment/storage.ts';
import { createVirusScan } from './attachment/virus.disk.ts';
import type { Config } from './config/config.ts';
import { createMailer, type Mailer } from './mail/mailer.ts';
import type { MailLimits } from './mail/quota.commands.ts';
import type { Figures } from './observe/figures.ts';
import { observedMailer, observedStorage } from './observe/observed.ts';

interface Options {
  readonly config: Config;
  readonly figures?: Figures | undefined;
}

/** Null: no mail is sent. */
export function mailerOf({ config, figures }: Options): Mailer | null {
  if (config.mail === null) return null;
  const mailer = createMailer(config.mail);
  return figures === undefined ? mailer : observedMailer(mailer, figures);
}

/** A folder of this machine, or a bucket. */
export function storageOf({ config, figures }: Options): FileStorage {
  const storage =
    config.s3 === null
      ? createDiskStorage(join(config.dataDir, 'files'))
      : createS3Storage(config.s3);
  return figures === undefined ? storage : observedStorage(storage, figures);
}

/** Null: mail is not counted. */
export function mailLimits({ limits }: Pick<Config, 'limits'>): MailLimits | null {
  return limits.rates ? { perAddress: limits.mailsPerAddress, perSite: limits.mailsPerSite } : null;
}

/** Null: files are not looked at for viruses. */
export function scanOf({ config, logger }: Options & { readonly logger: FastifyBaseLogger }) {
  return config.virus === null ? null : createVirusScan(config.virus, logger);
}
