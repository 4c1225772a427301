import {
  all,
  anyAgent,
  anyAgentChanges,
  changedByAgent,
  counter,
  type Expectation,
  open,
  readByAgent,
} from './isolation.ts';

/** Whoever is asked for a password or a code that they do not send. */
const wrongPassword = {
  ...anyAgentChanges,
  'agent of this site': 403,
  'agent of another site': 403,
} as const;

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
  'GET /admin/sites/:id/members': { path: () => '/admin/sites/1/members', answers: readByAgent },
  'PATCH /admin/sites/:id/members/:agent': {
    path: () => '/admin/sites/1/members/999999',
    body: () => ({ role: 'agent' }),
    answers: { ...changedByAgent, 'agent of this site': 404 },
  },
  'DELETE /admin/sites/:id/members/:agent': {
    path: () => '/admin/sites/1/members/999999',
    answers: { ...changedByAgent, 'agent of this site': 404 },
  },
  'PATCH /admin/agents/:id': {
    // The owner of site 1, who may not do it to themselves; for all others there is no such agent.
    path: () => '/admin/agents/1',
    body: () => ({ disabled: true }),
    answers: { ...changedByAgent, 'agent of this site': 403 },
  },
  'POST /admin/sites/:id/invitations': {
    path: () => '/admin/sites/1/invitations',
    body: () => ({ email: `invited${counter()}@people.example`, role: 'agent' }),
    answers: changedByAgent,
  },
  'DELETE /admin/sites/:id/invitations/:invitation': {
    path: () => '/admin/sites/1/invitations/999999',
    answers: { ...changedByAgent, 'agent of this site': 404 },
  },
  'GET /admin/invitation': { path: () => '/admin/invitation', answers: open },
  'POST /admin/invitation': {
    path: () => '/admin/invitation',
    body: () => ({ token: 'none' }),
    answers: all(410),
  },
  'POST /admin/invitation/accept': {
    path: () => '/admin/invitation/accept',
    body: () => ({ token: 'none', password: 'whatever' }),
    answers: all(410),
  },
  'GET /admin/password-reset': { path: () => '/admin/password-reset', answers: open },
  'POST /admin/password-reset': {
    path: () => '/admin/password-reset',
    body: () => ({ email: 'nobody@people.example' }),
    answers: open,
  },
  'POST /admin/password-reset/confirm': {
    path: () => '/admin/password-reset/confirm',
    body: () => ({ token: 'none', password: 'a new long password' }),
    answers: all(410),
  },
  'GET /admin/notifications': { path: () => '/admin/notifications', answers: anyAgent },
  'PATCH /admin/notifications': {
    path: () => '/admin/notifications',
    body: () => ({ push: 'mine' }),
    answers: anyAgentChanges,
  },
  'POST /admin/notifications/push': {
    path: () => '/admin/notifications/push',
    body: () => ({
      endpoint: `https://fcm.googleapis.com/fcm/send/${counter()}`,
      keys: { p256dh: 'BA', auth: 'AA' },
    }),
    answers: anyAgentChanges,
  },
  'POST /admin/notifications/push/end': {
    path: () => '/admin/notifications/push/end',
    body: () => ({ endpoint: 'https://fcm.googleapis.com/fcm/send/none' }),
    answers: anyAgentChanges,
  },
  'GET /admin/profile': { path: () => '/admin/profile', answers: anyAgent },
  'PATCH /admin/profile': {
    path: () => '/admin/profile',
    body: () => ({ name: 'Admin' }),
    answers: anyAgentChanges,
  },
  'POST /admin/profile/password': {
    path: () => '/admin/profile/password',
    body: () => ({ current_password: 'not this one', password: 'a new long password' }),
    answers: wrongPassword,
  },
  'POST /admin/profile/two-factor': {
    path: () => '/admin/profile/two-factor',
    body: () => ({ password: 'not this one' }),
    answers: wrongPassword,
  },
  'POST /admin/profile/two-factor/confirm': {
    path: () => '/admin/profile/two-factor/confirm',
    body: () => ({ code: '000000' }),
    answers: wrongPassword,
  },
  'POST /admin/profile/two-factor/off': {
    path: () => '/admin/profile/two-factor/off',
    body: () => ({ password: 'not this one' }),
    answers: wrongPassword,
  },
  'DELETE /admin/profile/sessions/:id': {
    path: () => '/admin/profile/sessions/0123456789abcdef',
    answers: { ...anyAgentChanges, 'agent of this site': 404, 'agent of another site': 404 },
  },
  'GET /admin/canned-replies': {
    path: () => '/admin/canned-replies?site=1',
    answers: readByAgent,
  },
  'POST /admin/canned-replies': {
    path: () => '/admin/canned-replies',
    body: () => ({ site_id: 1, shortcut: `hello-${counter()}`, text: 'Hello!' }),
    answers: changedByAgent,
  },
  // The first that the matrix made, which stands until the last.
  'PATCH /admin/canned-replies/:id': {
    path: () => '/admin/canned-replies/1',
    body: () => ({ text: 'Hello again!' }),
    answers: changedByAgent,
  },
  'DELETE /admin/canned-replies/:id': {
    path: () => '/admin/canned-replies/999999',
    answers: { ...changedByAgent, 'agent of this site': 404 },
  },
  'GET /admin/visitors/:id/export': {
    path: ({ erasable }) => `/admin/visitors/${erasable}/export`,
    answers: readByAgent,
  },
  'DELETE /admin/visitors/:id': {
    path: ({ erasable }) => `/admin/visitors/${erasable}`,
    answers: { ...changedByAgent, 'agent without CSRF token': 403 },
  },
  // Only a link that was mailed says anything.
  'GET /mail/stop/:claim': { path: () => '/mail/stop/1.2.3', answers: all(404) },
  'POST /mail/stop/:claim': { path: () => '/mail/stop/1.2.3', answers: all(404) },
  // Where it is not set up there is nothing.
  'POST /api/inbound/mail': {
    path: () => '/api/inbound/mail',
    body: () => ({ message_id: '1', from: 'a@b.example', to: ['x@y.example'], text: 'x' }),
    answers: all(404),
  },
  // Both own a site.
  'GET /admin/system': { path: () => '/admin/system', answers: anyAgent },
  'GET /admin/webhooks': { path: () => '/admin/webhooks', answers: anyAgent },
  'POST /admin/webhooks': {
    path: () => '/admin/webhooks',
    body: () => ({ site_id: 1, url: 'https://hooks.invalid/in', events: ['visitor.erased'] }),
    answers: changedByAgent,
  },
  // The one that the matrix made, until it is deleted last.
  'PATCH /admin/webhooks/:id': {
    path: () => '/admin/webhooks/1',
    body: () => ({ events: ['visitor.erased'] }),
    answers: changedByAgent,
  },
  'POST /admin/webhooks/:id/secret': {
    path: () => '/admin/webhooks/1/secret',
    answers: changedByAgent,
  },
  'POST /admin/webhooks/:id/test': {
    path: () => '/admin/webhooks/1/test',
    answers: changedByAgent,
  },
  'GET /admin/webhooks/:id/deliveries': {
    path: () => '/admin/webhooks/1/deliveries',
    answers: readByAgent,
  },
  'POST /admin/webhooks/:id/replay': {
    path: () => '/admin/webhooks/1/replay',
    answers: changedByAgent,
  },
  'POST /admin/webhooks/:id/deliveries/:delivery/replay': {
    path: () => '/admin/webhooks/1/deliveries/999999/replay',
    answers: { ...changedByAgent, 'agent of this site': 404 },
  },
  'DELETE /admin/webhooks/:id': { path: () => '/admin/webhooks/1', answers: changedByAgent },
  'GET /admin/audit': { path: () => '/admin/audit?site=1', answers: readByAgent },
  'GET /admin/reports': {
    path: () => '/admin/reports?site=1&from=2026-11-01&to=2026-11-30&zone=UTC',
    answers: readByAgent,
  },
  'GET /admin/reports.csv': {
    path: () => '/admin/reports.csv?site=1&from=2026-11-01&to=2026-11-30&zone=UTC',
    answers: readByAgent,
  },
};
