import type { Generated } from 'kysely';

/** Of the installation as a whole. */
export interface InstallationTables {
  settings: SettingTable;
  jobs: JobTable;
  audit: AuditTable;
  mail_quotas: MailQuotaTable;
  imports: ImportTable;
}

export interface SettingTable {
  key: string;
  value: string;
  updated_at: number;
}

export interface JobTable {
  id: Generated<number>;
  kind: string;
  /** Jobs of one key are worked in the order of their ids. */
  queue_key: string;
  /** JSON. */
  payload: string;
  attempts: number;
  run_at: number;
  /** A worker holds it until then. */
  locked_until: number | null;
  last_error: string | null;
  /** The request that made it. */
  request_id: string | null;
  created_at: number;
}

/** Names of then: what they name may be gone. */
export interface AuditTable {
  id: Generated<number>;
  site_id: number | null;
  agent_id: number | null;
  agent_name: string;
  action: string;
  target: string;
  address: string;
  created_at: number;
}

export interface MailQuotaTable {
  /** `address:` and the hash of it, or `site:` and its id. */
  key: string;
  count: number;
  /** Of the day that is counted. */
  began_at: number;
}

/** What was brought over from another product, by its key there. */
export interface ImportTable {
  site_id: number;
  key: string;
  /** A visitor or a conversation, as the key says; perhaps gone. */
  target_id: number;
}
