import type { SystemCode } from '@parley/protocol';

/** A setting that means less here than it says: none keeps the server from starting. */
export type Remark = Extract<
  SystemCode,
  `configuration.${'client_events' | 'mailer' | 'apps_file' | 'broadcast_log'}`
>;
