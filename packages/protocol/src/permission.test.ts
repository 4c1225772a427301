import { expect, test } from 'vitest';
import { type Permission, roleMay, rolesGivenBy } from './permission.ts';

const ALL: readonly Permission[] = [
  'site.change',
  'site.create',
  'members.manage',
  'owners.manage',
  'teams.manage',
  'labels.manage',
  'replies.manage',
  'audit.read',
  'visitors.manage',
  'reports.read',
  'webhooks.manage',
  'system.read',
];

test('[SEC-1] an agent manages nothing, an admin no owners and no sites, an owner everything', () => {
  const of = (role: 'owner' | 'admin' | 'agent') =>
    ALL.filter((permission) => roleMay(role, permission));
  expect(of('agent')).toEqual([]);
  expect(of('owner')).toEqual(ALL);
  expect(ALL.filter((permission) => !roleMay('admin', permission))).toEqual([
    'site.create',
    'owners.manage',
    'system.read',
  ]);
});

test('[SEC-1] nobody gives a role above the own', () => {
  expect(rolesGivenBy('agent')).toEqual([]);
  expect(rolesGivenBy('admin')).toEqual(['admin', 'agent']);
  expect(rolesGivenBy('owner')).toEqual(['owner', 'admin', 'agent']);
});
