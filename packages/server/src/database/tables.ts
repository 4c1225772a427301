import type { AgentTables } from './tables/agents.ts';
import type { ConversationTables } from './tables/conversations.ts';
import type { InstallationTables } from './tables/installation.ts';
import type { SiteTables } from './tables/sites.ts';

/**
 * Rows as both databases hold them. Times are Unix milliseconds, truth is 0 or 1, lists and objects
 * are JSON text; ids are positive integers that JavaScript holds exactly.
 */
export interface Tables extends SiteTables, AgentTables, ConversationTables, InstallationTables {}
