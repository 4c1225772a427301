import { accountContract } from '../agent/account.contract.ts';
import { cannedContract } from '../canned/canned.contract.ts';
import { inboxContract } from '../conversation/inbox.contract.ts';
import { orderContract } from '../conversation/order.contract.ts';
import { ratingContract } from '../conversation/rating.contract.ts';
import { streamContract } from '../conversation/stream.contract.ts';
import { tenancyContract } from '../conversation/tenancy.contract.ts';
import { jobContract } from '../job/job.contract.ts';
import { reportContract } from '../report/report.contract.ts';
import { retentionContract } from '../retention/retention.contract.ts';
import { searchContract } from '../search/search.contract.ts';
import { mailQuotaContract } from '../mail/quota.contract.ts';
import { firstMessageContract } from '../message/first-message.contract.ts';
import { sendContract } from '../message/send.contract.ts';
import { endingContract } from '../notification/ending.contract.ts';
import { visitorDetailsContract } from '../visitor/details.contract.ts';
import { consentContract } from '../visitor/consent.contract.ts';
import { eraseContract } from '../visitor/erase.contract.ts';
import { visitorContract } from '../visitor/visitor.contract.ts';
import { databaseContract } from '../database/database.contract.ts';
import { webhookContract } from '../webhook/webhook.contract.ts';
import type { MakeDatabases } from './databases.ts';

/** What every database must keep: the same suite for all of them. */
export function contracts(make: MakeDatabases): void {
  databaseContract(make);
  streamContract(make);
  sendContract(make);
  firstMessageContract(make);
  inboxContract(make);
  orderContract(make);
  searchContract(make);
  retentionContract(make);
  ratingContract(make);
  reportContract(make);
  mailQuotaContract(make);
  tenancyContract(make);
  visitorContract(make);
  visitorDetailsContract(make);
  eraseContract(make);
  consentContract(make);
  accountContract(make);
  endingContract(make);
  jobContract(make);
  cannedContract(make);
  webhookContract(make);
}
