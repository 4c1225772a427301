import type { Database } from '../database/database.ts';
import { selectAnyConversation } from './seed.store.ts';

export async function hasConversations(database: Database): Promise<boolean> {
  return (await database.query(selectAnyConversation(database.sql))).length > 0;
}
