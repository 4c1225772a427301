import { text } from 'node:stream/consumers';
import { AgentRole } from '@parley/protocol';
import { z } from 'zod';
import { createAgentCommands } from '../agent/agent.commands.ts';
import { createAgentQueries } from '../agent/agent.queries.ts';
import { createSiteQueries } from '../site/site.queries.ts';
import type { Site } from '../site/site.ts';
import { CommandError, type Given, UsageError } from './command.ts';
import { configHere, type Parts, requireDatabase, withDatabase } from './settings.ts';

const Wanted = z.object({
  email: z.email('must be an email address').max(254, 'must be an email address'),
  name: z.string().trim().min(1, 'must not be empty').max(100, 'must have at most 100 characters'),
  role: z.enum(AgentRole.options, `must be one of ${AgentRole.options.join(', ')}`),
});

const Password = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(1_000, 'must have at most 1000 characters');

/** @throws UsageError, CommandError */
export async function addAgent(given: Given): Promise<void> {
  const email = given.text('email');
  if (email === undefined) throw new UsageError('parley agent add: --email is missing.');
  const wanted = check(Wanted, {
    email,
    name: given.text('name') ?? email.split('@', 1)[0],
    role: given.text('role') ?? 'agent',
  });
  const password = given.isOn('password-stdin')
    ? check(z.object({ password: Password }), {
        password: (await text(process.stdin)).replace(/\r?\n$/, ''),
      }).password
    : null;
  const config = configHere();
  requireDatabase(config);
  await withDatabase(config, async (parts) => {
    const site = await siteNamed(parts, given.text('site'));
    const known = await createAgentQueries(parts).findAgentByEmail(wanted.email);
    const commands = createAgentCommands(parts);
    const made = password ?? parts.random.token().slice(0, 20);
    const agent = known ?? (await commands.createAgent({ ...wanted, password: made }));
    await commands.addMembership({ siteId: site.id, agentId: agent.id, role: wanted.role });
    process.stdout.write(`${agent.email} is ${wanted.role} of the site "${site.name}".\n`);
    if (known !== null) process.stdout.write(`${remarkOn(known.disabled)}\n`);
    else if (password === null) process.stdout.write(`Password (shown only now): ${made}\n`);
  });
}

const remarkOn = (isDisabled: boolean): string =>
  isDisabled
    ? 'The account was there already, and is disabled: it cannot sign in.'
    : 'The account was there already, and keeps its name and password.';

/** @param named its number or its token; undefined: the first. @throws CommandError */
async function siteNamed(parts: Parts, named: string | undefined): Promise<Site> {
  const queries = createSiteQueries(parts);
  if (named === undefined) {
    const site = await queries.firstSite();
    if (site === null) {
      throw new CommandError('There is no site yet: start Parley once, or "parley site add".');
    }
    return site;
  }
  const site = /^\d{1,9}$/.test(named)
    ? await queries.findSite(Number(named))
    : await queries.findSiteByToken(named);
  if (site === null) throw new CommandError(`There is no site "${named}".`);
  return site;
}

function check<S extends z.ZodType>(schema: S, values: unknown): z.output<S> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UsageError(`parley agent add: ${issue?.path.join('.')} ${issue?.message}.`);
}
