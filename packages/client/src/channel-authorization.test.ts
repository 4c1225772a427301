import { expect, test } from 'vitest';
import { ApiError } from './api-error.ts';
import { authorizeChannels } from './channel-authorization.ts';

/** What comes of a refusal of all channels with this code. */
async function toldOf(status: number, code: string): Promise<string[]> {
  const told: string[] = [];
  const refuse = () => Promise.reject(new ApiError(status, code, code));
  await authorizeChannels(refuse, 'reverb', '1.2', ['a', 'b'], {
    isCurrent: () => true,
    onAuthorized: (channel) => told.push(`authorized ${channel}`),
    onRefused: (channel) => told.push(`refused ${channel}`),
    onUnauthorized: () => told.push('unauthorized'),
    onError: (error) => told.push(`failed: ${error.code}`),
  });
  return told;
}

test('[RT-2] channels may be refused; whoever is turned away as a person goes on to the next provider', async () => {
  expect(await toldOf(403, 'forbidden')).toEqual(['refused a', 'refused b']);
  expect(await toldOf(403, 'visitor_blocked')).toEqual(['failed: visitor_blocked']);
  expect(await toldOf(403, 'address_blocked')).toEqual(['failed: address_blocked']);
  expect(await toldOf(401, 'unauthenticated')).toEqual(['unauthorized']);
});
