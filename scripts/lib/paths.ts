import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
export const cacheDir = join(root, '.cache');
export const serverEntry = join(root, 'packages/server/dist/main.js');
export const serverSource = join(root, 'packages/server/src/main.ts');
