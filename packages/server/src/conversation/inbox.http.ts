import {
  AgentMessagesAnswer,
  BulkAnswer,
  BulkRequest,
  channelName,
  ConversationPatch,
  InboxAnswer,
  type InboxEntry,
  InboxEntryAnswer,
  InboxQuery,
  MarkReadRequest,
  MessagesQuery,
  ReadAnswer,
} from '@parley/protocol';
import { AppError } from '../app-error.ts';
import { agentsAudience } from '../broadcast/audience.ts';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { compressAnswer } from '../http/compress.ts';
import { departureOf } from '../http/departure.ts';
import { sessionOwner } from '../http/owner.ts';
import { pageForNavigation } from '../http/pages.ts';
import { IdParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';
import { ConversationReads } from './read-or-wait.ts';

/** The agents' side: the inbox and its conversations. */
export function registerInboxRoutes(app: App, services: Services): void {
  registerReads(app, services);
  registerMessagesRead(app, services);
  registerChanges(app, services);
  registerBulk(app, services);
}

const common = { tags: ['Agents'], security: [{ session: [] }] };

/** A browser that navigates here gets the dashboard, and its script the data. */
function registerReads(app: App, services: Services): void {
  const { conversationQueries } = services;
  const preValidation = pageForNavigation(services);

  app.get(
    '/admin/chatbot',
    {
      config: { access: 'agent' },
      preValidation,
      onSend: compressAnswer,
      schema: {
        ...common,
        summary: 'Conversations of all own sites, latest activity first',
        querystring: InboxQuery,
        response: answers({ 200: InboxAnswer }),
      },
    },
    async (request): Promise<InboxAnswer> => {
      const { actor, agent } = loginOf(request);
      services.availability.looked(agent.id);
      const inbox = await conversationQueries.inbox(actor, request.query);
      return { success: true, ...inbox };
    },
  );

  app.get(
    '/admin/chatbot/:id',
    {
      config: { access: 'agent' },
      preValidation,
      schema: {
        ...common,
        summary: 'One conversation, as its row in the inbox',
        params: IdParams,
        response: answers({ 200: InboxEntryAnswer }),
      },
    },
    async (request): Promise<InboxEntryAnswer> => {
      const { actor } = loginOf(request);
      const conversation = await conversationQueries.entry(actor, request.params.id);
      if (conversation === null) throw noConversation();
      return { success: true, conversation };
    },
  );
}

function registerMessagesRead(app: App, services: Services): void {
  const { conversationQueries, feed, identities, clock } = services;
  const reads = new ConversationReads<Omit<AgentMessagesAnswer, 'success'>>(feed, clock);
  app.get(
    '/admin/chatbot/:id/messages',
    {
      config: { access: 'agent' },
      onSend: compressAnswer,
      schema: {
        ...common,
        summary: 'Messages, notes included: the newest, those before a place, or all changes after',
        description: '`wait` holds the answer until something is newer than `after`.',
        params: IdParams,
        querystring: MessagesQuery,
        response: answers({ 200: AgentMessagesAnswer }),
      },
    },
    async (request, reply): Promise<AgentMessagesAnswer> => {
      const login = loginOf(request);
      const { id } = request.params;
      const { wait = 0, ...page } = request.query;
      const answer = await reads.readOrWait({
        read: () => conversationQueries.messagesOfAgent(login.actor, id, page),
        key: String(id),
        maySee: ({ conversation }) => login.actor.siteIds.includes(conversation.site_id),
        audience: agentsAudience(id),
        channel: channelName({ kind: 'conversation-agents', conversationId: id }),
        after: page.after,
        wait_s: wait,
        signal: departureOf(reply),
        owner: sessionOwner(login.tokenHash),
      });
      if (answer === null) throw noConversation();
      // The login may have ended while the request waited (SEC-5).
      if (wait > 0 && !(await identities.isCurrent(login))) {
        throw new AppError('unauthenticated', 'Sign in first.');
      }
      return { success: true, ...answer };
    },
  );
}

function registerChanges(app: App, services: Services): void {
  const { conversationQueries, conversationCommands } = services;
  const changes = { ...common, security: [{ session: [], csrf: [] }], params: IdParams };

  app.post(
    '/admin/chatbot/:id/mark-read',
    {
      config: { access: 'agent' },
      schema: {
        ...changes,
        summary: "The agents have read the visitor's messages, all or up to a place",
        body: MarkReadRequest,
        response: answers({ 200: ReadAnswer }),
      },
    },
    async (request): Promise<ReadAnswer> => {
      const { actor } = loginOf(request);
      const { id } = request.params;
      const read = await conversationCommands.markReadByAgent(actor, id, request.body.up_to);
      return { success: true, ...read };
    },
  );

  app.patch(
    '/admin/chatbot/:id',
    {
      config: { access: 'agent' },
      schema: {
        ...changes,
        summary: 'Change status, assignee, labels or category',
        body: ConversationPatch,
        response: answers({ 200: InboxEntryAnswer }),
      },
    },
    async (request): Promise<InboxEntryAnswer> => {
      const { actor } = loginOf(request);
      const { id } = request.params;
      const isEmpty = Object.values(request.body).every((value) => value === undefined);
      const conversation = isEmpty
        ? await conversationQueries.entry(actor, id)
        : await conversationCommands.patch(actor, id, request.body);
      if (conversation === null) throw noConversation();
      return { success: true, conversation };
    },
  );
}

/** In one batch, each its own transaction. */
function registerBulk(app: App, { conversationCommands }: Services): void {
  app.post(
    '/admin/chatbot/bulk',
    {
      config: { access: 'agent' },
      schema: {
        ...common,
        summary: 'Change several conversations alike; what could not be is named',
        security: [{ session: [], csrf: [] }],
        body: BulkRequest,
        response: answers({ 200: BulkAnswer }),
      },
    },
    async (request): Promise<BulkAnswer> => {
      const { actor } = loginOf(request);
      const { patch } = request.body;
      const ids = [...new Set(request.body.ids)];
      const outcomes = await Promise.all(
        ids.map((id) => settled(id, conversationCommands.patch(actor, id, patch))),
      );
      return {
        success: true,
        conversations: outcomes.flatMap((outcome) => ('code' in outcome ? [] : [outcome])),
        failed: outcomes.flatMap((outcome) => ('code' in outcome ? [outcome] : [])),
      };
    },
  );
}

/** What the command refuses is told; anything else fails the whole call. */
async function settled(
  id: number,
  patched: Promise<InboxEntry>,
): Promise<InboxEntry | BulkAnswer['failed'][number]> {
  try {
    return await patched;
  } catch (error) {
    if (error instanceof AppError) return { id, code: error.code, message: error.message };
    throw error;
  }
}

function noConversation(): AppError {
  return new AppError('not_found', 'There is no such conversation.');
}
