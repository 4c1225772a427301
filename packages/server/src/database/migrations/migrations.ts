import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { ErrorForPeople } from '../../error-for-people.ts';
import { first } from './0001-first.ts';
import { jobsDue } from './0002-jobs-due.ts';
import { changedMessages } from './0003-changed-messages.ts';
import { fewerIndexes } from './0004-fewer-indexes.ts';
import { siteSettings } from './0005-site-settings.ts';
import { looseFiles } from './0006-loose-files.ts';
import { ratings } from './0007-ratings.ts';
import { mailQuotas } from './0008-mail-quotas.ts';
import { visitorAttributes } from './0009-visitor-attributes.ts';
import { labelsAndTeams } from './0010-labels-and-teams.ts';
import { notifications } from './0040-notifications.ts';
import { search } from './0011-search.ts';
import { unresolved } from './0012-unresolved.ts';
import { audit } from './0020-audit.ts';
import { invitations } from './0021-invitations.ts';
import { cannedReplies } from './0022-canned-replies.ts';
import { visitorDetails } from './0030-visitor-details.ts';
import { attachmentsByConversation } from './0050-attachments-by-conversation.ts';
import { imports } from './0060-imports.ts';
import { conversationsBegun } from './0061-conversations-begun.ts';
import { availability } from './0062-availability.ts';
import { webhooks } from './0065-webhooks.ts';
import { visitorsSeen } from './0075-visitors-seen.ts';
import { agentLocale } from './0085-agent-locale.ts';
import { jobRequests } from './0100-job-requests.ts';
import { answerMails } from './0101-answer-mails.ts';
import { removedFiles } from './0103-removed-files.ts';
import { consent } from './0105-consent.ts';
import { pushSessions } from './0106-push-sessions.ts';
import { oneIndexForBothStreams } from './0107-one-index-for-both-streams.ts';

/** In the order of their names. Listed, not found in a folder: the server may be one bundled file. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-first': first,
  '0002-jobs-due': jobsDue,
  '0003-changed-messages': changedMessages,
  '0004-fewer-indexes': fewerIndexes,
  '0005-site-settings': siteSettings,
  '0006-loose-files': looseFiles,
  '0007-ratings': ratings,
  '0008-mail-quotas': mailQuotas,
  '0009-visitor-attributes': visitorAttributes,
  '0010-labels-and-teams': labelsAndTeams,
  '0011-search': search,
  '0012-unresolved': unresolved,
  '0020-audit': audit,
  '0021-invitations': invitations,
  '0022-canned-replies': cannedReplies,
  '0030-visitor-details': visitorDetails,
  '0040-notifications': notifications,
  '0050-attachments-by-conversation': attachmentsByConversation,
  '0060-imports': imports,
  '0061-conversations-begun': conversationsBegun,
  '0062-availability': availability,
  '0065-webhooks': webhooks,
  '0075-visitors-seen': visitorsSeen,
  '0085-agent-locale': agentLocale,
  '0100-job-requests': jobRequests,
  '0101-answer-mails': answerMails,
  '0103-removed-files': removedFiles,
  '0105-consent': consent,
  '0106-push-sessions': pushSessions,
  '0107-one-index-for-both-streams': oneIndexForBothStreams,
};

export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS);

class MigrationError extends ErrorForPeople {
  override readonly name = 'MigrationError';

  constructor(cause: unknown) {
    const { message = '', code = '' } = cause as { message?: string; code?: string };
    const [, newer] = /previously executed migration (\S+) is missing/.exec(message) ?? [];
    super(
      newer === undefined
        ? `The database could not be migrated: ${message || code}`
        : `The database is of a newer Parley (${newer}): install that one, or bring a backup back.`,
      { cause },
    );
  }
}

/**
 * Brings the schema up to date, or throws a {@link MigrationError}; on PostgreSQL one node at a time.
 *
 * @param upTo one of {@link MIGRATION_NAMES}, as an earlier version had it; default: the last
 */
export async function migrate(db: Kysely<unknown>, upTo?: string): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
  });
  const { error } = await (upTo === undefined
    ? migrator.migrateToLatest()
    : migrator.migrateTo(upTo));
  if (error !== undefined) throw new MigrationError(error);
}
