import { NewSiteRequest, SitePatch } from '@parley/protocol';
import { createAgentQueries } from '../agent/agent.queries.ts';
import { createMemberCommands } from '../agent/member.commands.ts';
import type { AgentAccount } from '../agent/agent.ts';
import { createSiteCommands } from '../site/site.commands.ts';
import { CommandError, type Given, UsageError } from './command.ts';
import { configHere, type Parts, requireDatabase, withDatabase } from './settings.ts';

/** @throws UsageError, CommandError */
export async function addSite(given: Given): Promise<void> {
  const { name } = parsed('--name', NewSiteRequest, { name: given.text('name') });
  const origins = given
    .text('origins')
    ?.split(',')
    .map((origin) => origin.trim());
  const patch = parsed('--origins', SitePatch, { allowed_origins: origins });
  const email = given.text('owner');
  if (email === undefined) throw new UsageError('parley site add: --owner is missing.');
  const config = configHere();
  requireDatabase(config);
  await withDatabase(config, async (parts) => {
    const owner = await ownerOf(parts, email);
    const by = {
      agentId: owner.id,
      name: owner.name,
      address: 'command line',
      at_ms: parts.clock.now_ms(),
    };
    const site = await createMemberCommands(parts).openSite(name, by);
    if (origins !== undefined) await createSiteCommands(parts).patchSite(site.id, patch, by);
    const src = `${config.appUrl ?? 'https://YOUR-HOST'}/chatbot-widget.js`;
    process.stdout.write(
      `Site ${site.id}, "${site.name}", of ${owner.email}. Its pages get this line:\n\n` +
        `<script async src="${src}" data-token="${site.token}"></script>\n`,
    );
  });
}

/** @throws CommandError */
async function ownerOf(parts: Parts, email: string): Promise<AgentAccount> {
  const agent = await createAgentQueries(parts).findAgentByEmail(email);
  if (agent !== null) return agent;
  throw new CommandError(`There is no agent "${email}": "parley agent add" makes one.`);
}

function parsed<T>(
  option: string,
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  value: unknown,
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UsageError(
    option === '--name'
      ? 'parley site add: --name must be given, with at most 100 characters.'
      : 'parley site add: --origins must be origins such as https://shop.example, by commas.',
  );
}
