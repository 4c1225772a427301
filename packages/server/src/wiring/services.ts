import { join } from 'node:path';
import { AppError } from '../app-error.ts';
import { announce } from '../broadcast/announce.ts';
import { createGreeter } from '../broadcast/greet.ts';
import { createConversationCommands } from '../conversation/conversation.commands.ts';
import { createConversationQueries } from '../conversation/conversation.queries.ts';
import { addressOf } from '../http/origin.ts';
import { RequestLimits } from '../http/request-limits.ts';
import type { Services } from '../http/services.ts';
import { createLabelCommands } from '../label/label.commands.ts';
import { createLabelQueries } from '../label/label.queries.ts';
import { replyKeyFrom } from '../mail/reply-address.ts';
import { createTranscriptCommands } from '../mail/transcript.commands.ts';
import { createManaging, type Managing } from '../managing.ts';
import { createMentionCommands } from '../mention/mention.commands.ts';
import { createMentionQueries } from '../mention/mention.queries.ts';
import { createMessageCommands } from '../message/message.commands.ts';
import { proofKeyFrom } from '../message/proof.ts';
import { createVisitorMessages } from '../message/visitor-message.commands.ts';
import { mailLimits } from '../outside.ts';
import { createTypingCommands } from '../presence/typing.commands.ts';
import { createSavedViewCommands } from '../saved-view/saved-view.commands.ts';
import { createSavedViewQueries } from '../saved-view/saved-view.queries.ts';
import { createSearchQueries } from '../search/search.queries.ts';
import { createSiteCommands } from '../site/site.commands.ts';
import { createSiteQueries } from '../site/site.queries.ts';
import { createSystemQueries, type SystemQueries } from '../system/system.queries.ts';
import { createFiles } from './files.ts';
import type { Parts } from './parts.ts';
import { createPeople } from './people.ts';

/** All that the routes stand on. */
export function createServices(parts: Parts): Services {
  const { options, context, keys, notifications, webhooks, ways, wakeWorker } = parts;
  const { config, builds, clock, random } = options;
  const { feed, health, providers } = ways;
  const { database, broadcast } = context;
  const limits = new RequestLimits(config.limits, clock);
  const siteQueries = createSiteQueries(context);
  const conversationQueries = createConversationQueries(context);
  const { visitorQueries, ...people } = createPeople(parts, siteQueries);
  const files = createFiles(parts, limits);
  const messageCommands = createMessageCommands(context, () => void files.fileCommands.sweep());
  return {
    config,
    clock,
    random,
    feed,
    builds,
    limits,
    notifications,
    webhooks,
    ...people,
    ...files,
    siteQueries,
    siteCommands: createSiteCommands(context),
    managing: managingOf(parts, { conversationQueries, siteQueries, logins: people.logins }),
    conversationQueries,
    conversationCommands: createConversationCommands(context, wakeWorker),
    messageCommands,
    visitorMessages: createVisitorMessages({
      messageCommands,
      limits: config.limits,
      proofKey: proofKeyFrom(keys.present.reveal()),
      clock,
    }),
    mentionQueries: createMentionQueries(context),
    mentionCommands: createMentionCommands(context),
    labelQueries: createLabelQueries(context),
    labelCommands: createLabelCommands(context),
    savedViewQueries: createSavedViewQueries(context),
    savedViewCommands: createSavedViewCommands(context),
    searchQueries: createSearchQueries(context),
    typing: createTypingCommands({
      broadcast,
      conversationQueries,
      visitorQueries,
      siteQueries,
      clock,
    }),
    sendsMail: config.mail !== null,
    transcriptCommands: createTranscriptCommands({
      database,
      clock,
      limits: mailLimits(config),
      onJob: wakeWorker,
    }),
    replyKeys: () => keys.all.map((key) => replyKeyFrom(key.reveal())),
    system: systemOf(parts),
    greet: createGreeter(conversationQueries),
    channelApps: providers.channelApps,
    degraded: () => health.degradedProviders,
    realtimeConfig: realtimeConfigOf(parts),
    ping: () => database.ping(),
  };
}

function managingOf(
  { options, context, keys, mailer, ways, wakeWorker }: Parts,
  services: Pick<Services, 'conversationQueries' | 'siteQueries' | 'logins'>,
): Managing {
  const { logins } = services;
  const forget = (audiences: readonly string[]): void => {
    ways.feed.forget(audiences);
    ways.tell({ type: 'forgotten', audiences });
  };
  return createManaging({
    ...services,
    context,
    mailer,
    keys,
    onJob: wakeWorker,
    logger: options.logger,
    onErased: (visitorId, audiences) => {
      logins.visitorErased(visitorId);
      forget(audiences);
    },
    onGone: (visitorIds, audiences) => {
      for (const id of visitorIds) logins.visitorErased(id);
      forget(audiences);
    },
  });
}

function systemOf({ options, context, notifications, ways }: Parts): SystemQueries {
  const { config, clock } = options;
  return createSystemQueries({
    database: context.database,
    clock,
    config,
    sqliteFile: join(config.dataDir, 'parley.sqlite'),
    degraded: () => ways.health.degraded,
    subscribed: () => notifications.queries.subscribed(),
    connections: () => ways.providers.own?.realtime.stats().connections ?? null,
  });
}

function realtimeConfigOf({ options, ways }: Parts): Services['realtimeConfig'] {
  const { reverb, pusher, polling } = options.config;
  return (request, audience) => {
    const address = addressOf(request);
    if (address === null) throw new AppError('invalid_request', 'The Host header is not valid.');
    return announce({
      reverb,
      app: ways.providers.channelApps.get('reverb') ?? null,
      pusher,
      request: address,
      interval_ms: audience === 'agent' ? polling.agent_ms : polling.visitor_ms,
      degraded: ways.health.degradedProviders,
    });
  };
}
