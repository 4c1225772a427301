// What has no call in the API yet is written where it lies, while the server is stopped.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { withClient } from './postgres.ts';
import { type LiveServer, agentPassword } from './server.ts';

export const otherSiteToken = 'site-token-of-another-site-0002';
export const otherAgent = { email: 'other@parley.example', password: agentPassword };

/** A second site, with an agent of its own who is no member of the first. */
export async function addOtherSite(server: LiveServer): Promise<void> {
  await whileStopped(
    server,
    `
      INSERT INTO sites (token, name, allowed_origins, settings, reopen_window_ms,
          identity_secret, created_at)
        SELECT '${otherSiteToken}', 'Another site', allowed_origins, settings, reopen_window_ms,
          'identity-secret-of-another-site', created_at
        FROM sites ORDER BY id LIMIT 1;
      INSERT INTO agents (name, email, email_key, password_hash, disabled, created_at)
        SELECT 'Other', '${otherAgent.email}', '${otherAgent.email}', password_hash, 0, created_at
        FROM agents ORDER BY id LIMIT 1;
      INSERT INTO memberships (site_id, agent_id, role, created_at)
        SELECT (SELECT max(id) FROM sites), max(id), 'owner', max(created_at) FROM agents;
    `,
  );
}

async function whileStopped(server: LiveServer, statements: string): Promise<void> {
  await server.kill('SIGTERM');
  if (server.databaseUrl === null) inFile(server.dataDir, statements);
  else await withClient(server.databaseUrl, (client) => client.query(statements));
  await server.startAgain();
}

function inFile(dataDir: string, statements: string): void {
  const file = readdirSync(dataDir).find((name) => /\.(sqlite3?|db)$/.test(name));
  if (file === undefined) throw new Error(`No database in ${dataDir}`);
  const database = new DatabaseSync(join(dataDir, file));
  try {
    database.exec(statements);
  } finally {
    database.close();
  }
}
