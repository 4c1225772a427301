import {
  LabelAnswer,
  LabelPatch,
  LabelRequest,
  LabelsAnswer,
  SuccessAnswer,
} from '@parley/protocol';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';

const read = { tags: ['Labels and teams'], security: [{ session: [] }] };
const change = { ...read, security: [{ session: [], csrf: [] }] };
const config = { access: 'agent' } as const;

export function registerLabelRoutes(app: App, { labelQueries, labelCommands }: Services): void {
  app.get(
    '/admin/labels',
    {
      config,
      schema: {
        ...read,
        summary: 'The labels of all own sites',
        response: answers({ 200: LabelsAnswer }),
      },
    },
    async (request): Promise<LabelsAnswer> => ({
      success: true,
      labels: await labelQueries.labelsOf(loginOf(request).actor),
    }),
  );

  app.post(
    '/admin/labels',
    {
      config,
      schema: {
        ...change,
        summary: 'Make a label; for owners and admins of the site',
        body: LabelRequest,
        response: answers({ 201: LabelAnswer }),
      },
    },
    async (request, reply): Promise<LabelAnswer> => {
      const { color = 'gray', ...label } = request.body;
      const made = await labelCommands.createLabel(loginOf(request).actor, { ...label, color });
      reply.code(201);
      return { success: true, label: made };
    },
  );

  app.patch(
    '/admin/labels/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'Give a label another colour',
        params: IdParams,
        body: LabelPatch,
        response: answers({ 200: LabelAnswer }),
      },
    },
    async (request): Promise<LabelAnswer> => {
      const { actor } = loginOf(request);
      const { params, body } = request;
      return {
        success: true,
        label: await labelCommands.recolorLabel(actor, params.id, body.color),
      };
    },
  );

  app.delete(
    '/admin/labels/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'Take a label out of the choice; conversations that carry it keep it',
        params: IdParams,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<{ success: true }> => {
      await labelCommands.deleteLabel(loginOf(request).actor, request.params.id);
      return { success: true };
    },
  );
}
