// What happens to PostgreSQL, and between it and a node.
import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresCluster } from '../../scripts/testing/postgres-cluster.ts';
import type { Fault } from './fault.ts';
import type { Means, Stage } from './stage.ts';
import { withClient } from '../harness/postgres.ts';

const grounds = ['PostgreSQL', 'two nodes'] as const;

export const postgresCrashes: Fault = {
  name: 'PostgreSQL crashes',
  grounds,
  async strike({ stage, random }) {
    const cluster = wholeCluster(stage.means);
    await cluster.crash();
    await delay(random.between(200, 1500));
    await cluster.startAgain();
    await delay(random.between(1000, 5000));
  },
};

/** One that a test started for itself alone, and may stop. */
function wholeCluster({ postgres }: Means): PostgresCluster {
  if (postgres === null || !('crash' in postgres)) throw new Error('not a PostgreSQL to crash');
  return postgres;
}

export const backendsTerminated: Fault = {
  name: 'backends terminated',
  grounds,
  strikes: 10,
  async strike(scene) {
    await administer(
      scene.stage,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await delay(scene.random.between(100, 1000));
  },
};

export const lateCommits: Fault = {
  name: 'transactions commit late',
  grounds,
  bound_ms: 60_000,
  async strike(scene) {
    // Runs inside COMMIT: the numbers are given, others commit and read meanwhile. Now and then long.
    await administer(
      scene.stage,
      `CREATE OR REPLACE FUNCTION commit_late() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_sleep(CASE WHEN random() < 0.02 THEN 2 ELSE random() * 0.1 END);
          RETURN NULL;
        END $$;
      DROP TRIGGER IF EXISTS commit_late ON messages;
      CREATE CONSTRAINT TRIGGER commit_late AFTER INSERT ON messages
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION commit_late();`,
    );
    await delay(scene.random.between(5000, 10_000));
    await administer(scene.stage, 'DROP TRIGGER commit_late ON messages');
  },
};

export const rowHeld: Fault = {
  name: 'a conversation locked for 2 s',
  grounds,
  async strike({ stage, random }) {
    await withClient(stage.databaseUrl ?? '', async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT id FROM conversations ORDER BY random() LIMIT 3 FOR UPDATE');
      await delay(random.between(500, 2000));
      await client.query('ROLLBACK');
    });
    await delay(random.between(100, 1000));
  },
};

async function administer({ databaseUrl }: Stage, statements: string): Promise<void> {
  await withClient(databaseUrl ?? '', async (client) => {
    await client.query(statements);
  });
}
