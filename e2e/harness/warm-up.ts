import { mkdirSync, readdirSync } from 'node:fs';
import { compiledDir, startServer } from './server.ts';

/**
 * Before the first story: a server that ends by itself leaves behind what it compiled, and each of the
 * hundred that follow starts a seventh sooner. Those that are killed leave nothing.
 */
// oxlint-disable-next-line import/no-default-export -- Playwright takes nothing else
export default async function warmUp(): Promise<void> {
  mkdirSync(compiledDir, { recursive: true });
  const kept = readdirSync(compiledDir, { recursive: true, withFileTypes: true });
  if (kept.some((entry) => entry.isFile())) return;
  const server = await startServer();
  await server.kill('SIGTERM');
  await server.dispose();
}
