import { afterAll, beforeAll } from 'vitest';
import type { Database } from '../database/database.ts';
import type { MakeDatabases, TestDatabases } from './databases.ts';
import { createWorld, type World } from './world.ts';

/** A database and a world for the tests of a `describe`, which come after; closed at its end. */
export function withWorld(make: MakeDatabases): {
  world(): World;
  databases(): TestDatabases;
  /** Another node, or the same one after a restart. */
  another(): Promise<World>;
} {
  const opened: Database[] = [];
  let databases: TestDatabases | null = null;
  let world: World | null = null;
  const must = <T>(value: T | null): T => {
    if (value === null) throw new Error('Ask within a test');
    return value;
  };
  const open = async (): Promise<World> => {
    const database = await must(databases).open();
    opened.push(database);
    return createWorld(database);
  };
  beforeAll(async () => {
    databases = await make();
    world = await open();
  });
  afterAll(async () => {
    for (const database of opened) await database.close();
    await databases?.discard();
  });
  return { world: () => must(world), databases: () => must(databases), another: open };
}
