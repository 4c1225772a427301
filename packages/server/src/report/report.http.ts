import { ReportAnswer, ReportQuery } from '@parley/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod/mini';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { compressAnswer } from '../http/compress.ts';
import { pageForNavigation } from '../http/pages.ts';
import { requireSomewhere, siteWhere, sitesWhere } from '../http/permission.ts';
import type { Services } from '../http/services.ts';
import { reportCsv } from './report-csv.ts';

const common = { tags: ['Managing'], security: [{ session: [] }], querystring: ReportQuery };

/** For owners and admins, of their sites. */
export function registerReportRoutes(app: App, services: Services): void {
  const { managing } = services;
  const reportFor = (request: FastifyRequest, { site, ...query }: ReportQuery) =>
    managing.reports.report(sitesOf(request, site), query);

  app.get(
    '/admin/reports',
    {
      config: { access: 'agent' },
      preValidation: pageForNavigation(services),
      onSend: compressAnswer,
      schema: {
        ...common,
        summary: 'How many conversations began, and how fast they were answered',
        description:
          'Of all sites that one manages, or of the one in `site`, from one day to another (both included, ' +
          '366 at most) as the clocks of `zone` show them, and of as many days before. Notes and bots answer nobody.',
        response: answers({ 200: ReportAnswer }),
      },
    },
    async (request): Promise<ReportAnswer> => ({
      success: true,
      ...(await reportFor(request, request.query)),
    }),
  );

  app.get(
    '/admin/reports.csv',
    {
      config: { access: 'agent' },
      schema: {
        ...common,
        summary: 'The same as CSV, a row for each day, site, agent and hour',
        produces: ['text/csv'],
        response: answers({ 200: z.string() }),
      },
    },
    async (request, reply) => {
      const csv = reportCsv(await reportFor(request, request.query));
      const { from, to } = request.query;
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="parley-${from}-${to}.csv"`)
        .header('cache-control', 'no-store')
        .send(csv);
    },
  );
}

function sitesOf(request: FastifyRequest, site: number | undefined): readonly number[] {
  if (site !== undefined) return [siteWhere(request, site, 'reports.read')];
  requireSomewhere(request, 'reports.read');
  return sitesWhere(request, 'reports.read');
}
