import { AuditAction, type AuditEntry, formatDateTime } from '@parley/protocol';
import type { Selectable } from 'kysely';
import { z } from 'zod/mini';
import type { Context } from '../context.ts';
import type { AuditTable } from '../database/tables/installation.ts';
import { selectAudit } from './audit.store.ts';

export interface AuditQueries {
  /** What was done in these sites, and by the agent for itself; newest first. */
  list(of: {
    siteIds: readonly number[];
    agentId: number;
    before: number | undefined;
  }): Promise<{ entries: AuditEntry[]; has_more: boolean }>;
}

const PAGE = 50;

export function createAuditQueries({ database }: Pick<Context, 'database'>): AuditQueries {
  return {
    async list(of) {
      const rows = await database.query(selectAudit(database.sql, { ...of, limit: PAGE + 1 }));
      return { entries: rows.slice(0, PAGE).map(entryFrom), has_more: rows.length > PAGE };
    },
  };
}

function entryFrom(row: Selectable<AuditTable>): AuditEntry {
  return {
    id: row.id,
    site_id: row.site_id,
    agent: row.agent_id === null ? null : { id: row.agent_id, name: row.agent_name },
    action: z.parse(AuditAction, row.action),
    target: row.target,
    address: row.address,
    created_at: formatDateTime(row.created_at),
    timestamp: Math.floor(row.created_at / 1_000),
  };
}
