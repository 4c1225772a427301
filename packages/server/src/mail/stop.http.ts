import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import type { App } from '../http/app.ts';
import { contentPolicy } from '../http/content-policy.ts';
import { escapeHtml } from '../http/escape-html.ts';
import type { Services } from '../http/services.ts';
import { answerWordsOf } from './answer-words.ts';
import { directionOf, knownLocale } from './transcript.ts';
import { stopFrom, type Stop } from './stop-link.ts';

/** What the page may do: nothing but post its own form. */
const POLICY = contentPolicy({
  'default-src': ["'none'"],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
});

const Claim = z.object({ claim: z.string() });

/** Where the link leads by which a visitor says that it wants no more mails about answers. */
export async function registerStopRoutes(app: App, services: Services): Promise<void> {
  await app.register((scope, _options, done) => {
    // Mail programs post a form of theirs (RFC 8058). That it was posted says all.
    scope.addContentTypeParser(
      ['application/x-www-form-urlencoded', 'multipart/form-data'],
      { parseAs: 'string' },
      (_request, _body, parsed) => {
        parsed(null, undefined);
      },
    );
    addRoutes(scope, services);
    done();
  });
}

function addRoutes(scope: FastifyInstance, services: Services): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const options = {
    config: { access: 'public' },
    schema: { hide: true, params: Claim },
  } as const;
  // Looking changes nothing, for programs look at links in mails before people do.
  app.get('/mail/stop/:claim', options, async ({ params }, reply) => {
    const { name, locale, words } = await siteOf(params.claim, services);
    const ask = words.stopAsk.replaceAll('{site}', () => name);
    const button = words.stop.replaceAll('{site}', () => name).replace(/\s*[::]$/u, '');
    return html(
      reply,
      locale,
      `<p>${escapeHtml(ask)}</p><form method="post"><button>${escapeHtml(button)}</button></form>`,
    );
  });
  app.post('/mail/stop/:claim', options, async ({ params }, reply) => {
    const { stop, name, locale, words } = await siteOf(params.claim, services);
    await services.transcriptCommands.refuseMail(stop);
    return html(
      reply,
      locale,
      `<p>${escapeHtml(words.stopped.replaceAll('{site}', () => name))}</p>`,
    );
  });
}

/** @throws AppError `not_found` for a link that is none of ours, or whose site is gone */
async function siteOf(claim: string, { replyKeys, siteQueries }: Services) {
  const stop: Stop | null = stopFrom(claim, replyKeys());
  const site = stop === null ? null : await siteQueries.findSite(stop.siteId);
  if (stop === null || site === null) throw new AppError('not_found', 'This link is not valid.');
  const locale = knownLocale(site.settings.locale);
  return { stop, name: site.name, locale, words: answerWordsOf(locale) };
}

function html(reply: FastifyReply, locale: string, body: string): FastifyReply {
  const dir = directionOf(locale);
  return reply
    .header('content-security-policy', POLICY)
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="${escapeHtml(locale)}" dir="${dir}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>E-mail</title>${body}\n`,
    );
}
