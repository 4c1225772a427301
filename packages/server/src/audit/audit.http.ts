import { AuditAnswer, AuditQuery } from '@parley/protocol';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { loginOf } from '../http/access.ts';
import { siteWhere, sitesWhere } from '../http/permission.ts';
import type { Services } from '../http/services.ts';

export function registerAuditRoute(app: App, { managing }: Services): void {
  app.get(
    '/admin/audit',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Managing'],
        summary: 'Who changed what, when and from where',
        description:
          'Newest first, of all sites that one manages, or of the one in `site`; ask on with `before`.',
        security: [{ session: [] }],
        querystring: AuditQuery,
        response: answers({ 200: AuditAnswer }),
      },
    },
    async (request): Promise<AuditAnswer> => {
      const { site, before } = request.query;
      const siteIds =
        site === undefined
          ? sitesWhere(request, 'audit.read')
          : [siteWhere(request, site, 'audit.read')];
      const { agentId } = loginOf(request).actor;
      return { success: true, ...(await managing.audit.list({ siteIds, agentId, before })) };
    },
  );
}
