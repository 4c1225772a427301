import { existsSync, readdirSync } from 'node:fs';
import { compiledDir, startServer } from './server.ts';

/**
 * Before the first story: a server that ends by itself leaves behind what it compiled, and each of the
 * hundred that follow starts a seventh sooner. Those that are killed leave nothing.
 */
// oxlint-disable-next-line import/no-default-export -- Playwright takes nothing else
export default async function warmUp(): Promise<void> {
  if (existsSync(compiledDir) && readdirSync(compiledDir).length > 0) return;
  const server = await startServer();
  await server.kill('SIGTERM');
  await server.dispose();
}
