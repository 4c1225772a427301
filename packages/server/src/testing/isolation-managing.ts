import {
  anyAgent,
  anyAgentChanges,
  changedByAgent,
  counter,
  type Expectation,
  readByAgent,
} from './isolation.ts';

/** What owners and admins do; the matrix calls as the owner of site 1. */
export const MANAGING: Readonly<Record<string, Expectation>> = {
  'GET /admin/labels': { path: () => '/admin/labels', answers: anyAgent },
  'POST /admin/labels': {
    path: () => '/admin/labels',
    body: () => ({ site_id: 1, name: `label ${counter()}` }),
    answers: changedByAgent,
  },
  'PATCH /admin/labels/:id': {
    path: ({ label }) => `/admin/labels/${label}`,
    body: () => ({ color: 'red' }),
    answers: changedByAgent,
  },
  'DELETE /admin/labels/:id': {
    path: ({ label }) => `/admin/labels/${label}`,
    answers: { ...changedByAgent, 'agent without CSRF token': 403 },
  },
  'GET /admin/teams': { path: () => '/admin/teams', answers: anyAgent },
  'POST /admin/teams': {
    path: () => '/admin/teams',
    body: () => ({ site_id: 1, name: `team ${counter()}` }),
    answers: changedByAgent,
  },
  'PATCH /admin/teams/:id': {
    path: ({ team }) => `/admin/teams/${team}`,
    body: () => ({ member_ids: [] }),
    answers: changedByAgent,
  },
  'DELETE /admin/teams/:id': {
    path: ({ team }) => `/admin/teams/${team}`,
    answers: changedByAgent,
  },
  'GET /admin/sites/:id': { path: () => '/admin/sites/1', answers: readByAgent },
  'PATCH /admin/sites/:id': {
    path: () => '/admin/sites/1',
    body: () => ({ settings: { rating: true } }),
    answers: changedByAgent,
  },
  'POST /admin/sites/:id/identity-secret': {
    path: () => '/admin/sites/1/identity-secret',
    answers: changedByAgent,
  },
  'POST /admin/sites': {
    path: () => '/admin/sites',
    body: () => ({ name: 'One more' }),
    // Both own a site.
    answers: anyAgentChanges,
  },
  'GET /admin/audit': { path: () => '/admin/audit?site=1', answers: readByAgent },
};
