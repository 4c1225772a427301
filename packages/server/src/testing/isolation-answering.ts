import {
  all,
  anyAgent,
  anyAgentChanges,
  changedByAgent,
  type Expectation,
  readByAgent,
  type Target,
} from './isolation.ts';

const inbox = ({ conversation: id }: Target): string => `/admin/chatbot/${id}`;

/** What every agent does: with conversations, with visitors, and for oneself. */
export const ANSWERING: Readonly<Record<string, Expectation>> = {
  'POST /admin/logout': {
    path: () => '/admin/logout',
    answers: anyAgentChanges,
  },
  'GET /admin/me': { path: () => '/admin/me', answers: anyAgent },
  'GET /admin/chatbot': { path: () => '/admin/chatbot', answers: anyAgent },
  'GET /admin/chatbot/:id': { path: inbox, answers: readByAgent },
  'PATCH /admin/chatbot/:id': {
    path: inbox,
    body: () => ({ labels: ['x'] }),
    answers: changedByAgent,
  },
  'GET /admin/chatbot/:id/messages': {
    path: (of) => `${inbox(of)}/messages`,
    answers: readByAgent,
  },
  'POST /admin/chatbot/:id/reply': {
    path: (of) => `${inbox(of)}/reply`,
    body: () => ({ text: 'hello' }),
    answers: changedByAgent,
  },
  'POST /admin/chatbot/:id/mark-read': {
    path: (of) => `${inbox(of)}/mark-read`,
    body: () => ({}),
    answers: changedByAgent,
  },
  'POST /admin/chatbot/:id/typing': {
    path: (of) => `${inbox(of)}/typing`,
    body: () => ({ typing: true }),
    answers: changedByAgent,
  },
  'PATCH /admin/chatbot/:id/messages/:message': {
    path: (of) => `${inbox(of)}/messages/${of.agentMessage}`,
    body: () => ({ text: 'changed' }),
    answers: changedByAgent,
  },
  'DELETE /admin/chatbot/:id/messages/:message': {
    path: (of) => `${inbox(of)}/messages/${of.agentMessage}`,
    answers: changedByAgent,
  },
  'POST /admin/chatbot/bulk': {
    path: () => '/admin/chatbot/bulk',
    body: ({ conversation: id }) => ({ ids: [id], patch: { priority: 'high' } }),
    // What is foreign stands among what failed.
    answers: anyAgentChanges,
  },
  'DELETE /admin/chatbot/:id/mentions': {
    path: (of) => `${inbox(of)}/mentions`,
    answers: changedByAgent,
  },
  'GET /admin/visitors': { path: () => '/admin/visitors', answers: anyAgent },
  'POST /admin/visitors/:id/conversation': {
    path: ({ visitor }) => `/admin/visitors/${visitor}/conversation`,
    body: () => ({ text: 'hello' }),
    answers: changedByAgent,
  },
  'GET /admin/views': { path: () => '/admin/views', answers: anyAgent },
  'POST /admin/views': {
    path: () => '/admin/views',
    body: () => ({ name: 'mine', search: 'status=all' }),
    answers: { ...anyAgent, 'agent without CSRF token': 403 },
  },
  'DELETE /admin/views/:id': {
    path: ({ view }) => `/admin/views/${view}`,
    answers: changedByAgent,
  },
  'GET /admin/visitors/:id': {
    path: ({ visitor }) => `/admin/visitors/${visitor}`,
    answers: readByAgent,
  },
  'PATCH /admin/visitors/:id': {
    path: ({ visitor }) => `/admin/visitors/${visitor}`,
    // The other rows need a visitor who may write.
    body: () => ({ blocked: false }),
    answers: changedByAgent,
  },
  'POST /admin/visitors/:id/notes': {
    path: ({ visitor }) => `/admin/visitors/${visitor}/notes`,
    body: () => ({ text: 'of the matrix' }),
    answers: changedByAgent,
  },
  'DELETE /admin/visitors/:id/notes/:note': {
    path: ({ erasable, visitorNote }) => `/admin/visitors/${erasable}/notes/${visitorNote}`,
    answers: changedByAgent,
  },
  'GET /admin/search': { path: () => '/admin/search?q=nothing', answers: anyAgent },
  'GET /admin/mentions': { path: () => '/admin/mentions', answers: anyAgent },
  'PATCH /admin/availability': {
    path: () => '/admin/availability',
    body: () => ({ away: false }),
    answers: anyAgentChanges,
  },
  'POST /admin/chatbot/:id/assign-next': {
    path: (of) => `${inbox(of)}/assign-next`,
    answers: changedByAgent,
  },
  'GET /admin/colleagues': { path: () => '/admin/colleagues', answers: anyAgent },
  // As a plain call: who may open a socket is told to send one.
  'GET /ws/dashboard': {
    path: () => '/ws/dashboard',
    answers: {
      ...all(401),
      'agent of this site': 426,
      'agent of another site': 426,
      'agent without CSRF token': 426,
    },
  },
  'GET /admin/updates': { path: () => '/admin/updates', answers: anyAgent },
};
