import { ClientMessageId, Id, LIMITS, MessageAnswer, text } from '@parley/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import { visitorOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import type { Services } from '../http/services.ts';
import { sendSent, senderOf } from '../message/sent.http.ts';
import { withinLimit } from '../message/text-limit.ts';
import { FormFile, takeForms } from './form.http.ts';

/** In a form every field is text. */
const NumberField = z.coerce.number();

const FileForm = z.object({
  files: z.array(FormFile).check(z.minLength(1, { error: 'must hold at least one file' })),
  text: z.optional(text(LIMITS.messageText_chars)),
  client_message_id: z.optional(ClientMessageId),
  conversation_id: z.optional(z.pipe(NumberField, Id)),
});

const Waveform = z
  .array(z.number().check(z.minimum(0), z.maximum(1)))
  .check(z.minLength(1), z.maxLength(LIMITS.waveform_samples));

const VoiceForm = z.object({
  ...FileForm.shape,
  files: z.array(FormFile).check(z.length(1, { error: 'must hold one recording' })),
  duration_ms: z.optional(
    z.pipe(NumberField, z.int().check(z.minimum(0), z.maximum(LIMITS.voice_ms))),
  ),
  /** A JSON array, or the field again for each number. */
  waveform: z.optional(z.pipe(z.transform(waveformFrom), Waveform)),
});

/** What visitors send with files (SPEC §3). */
export async function registerUploadRoutes(app: App, services: Services): Promise<void> {
  await app.register(async (scope) => {
    await takeForms(scope);
    addFileRoute(scope, services);
    addVoiceRoute(scope, services);
  });
}

const common = {
  tags: ['Visitors'],
  security: [{ visitorToken: [] }],
  consumes: ['multipart/form-data'],
  response: answers({ 200: MessageAnswer, 201: MessageAnswer }),
};

function addFileRoute(scope: FastifyInstance, services: Services): void {
  const { forms, limits, config, fileCommands, visitorMessages } = services;
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/api/chatbot/file',
    {
      config: { access: 'visitor', formFiles: 'files' },
      schema: {
        ...common,
        summary: 'Send files, and a text beside them',
        description:
          '`files` or `file`, up to 10 of 20 MB each. Pictures are drawn anew, without what was hidden in them. Idempotent as `message`.',
        body: FileForm,
      },
      ...forms.hooks({
        fields: ['files', 'file'],
        filesMax: config.limits.filesPerMessage,
        jsonToo: false,
        admit: (request) => {
          limits.takeMessage(visitorOf(request).visitorId);
        },
      }),
    },
    async (request, reply) => {
      const sender = senderOf(request);
      const { files, text: given = '', client_message_id, conversation_id } = request.body;
      const text = withinLimit(given, config.limits);
      const admit = (pixels: number): void => {
        limits.takePixels(sender.visitor.visitorId, sender.address, pixels);
      };
      const sent = await fileCommands.keepFor(files, 'files', admit, (kept) =>
        visitorMessages.send(sender, {
          text,
          client_message_id,
          conversation_id,
          files: kept,
        }),
      );
      return sendSent(reply, sent);
    },
  );
}

function addVoiceRoute(scope: FastifyInstance, services: Services): void {
  const { forms, limits, config, fileCommands, visitorMessages } = services;
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/api/chatbot/voice',
    {
      config: { access: 'visitor', formFiles: 'audio' },
      schema: {
        ...common,
        summary: 'Send a voice message',
        description:
          '`audio` or `voice`: one recording (WebM, Ogg, MP4…). `waveform`: up to 128 numbers from 0 to 1, as a JSON array. Idempotent as `message`. 403 `voice_off` where the site takes none (`site.voice` of `config` is false then).',
        body: VoiceForm,
      },
      ...forms.hooks({
        fields: ['audio', 'voice'],
        filesMax: 1,
        jsonToo: false,
        admit: async (request) => {
          await refuseUnlessVoice(request, services);
          limits.takeMessage(visitorOf(request).visitorId);
        },
      }),
    },
    async (request, reply) => {
      const sender = senderOf(request);
      const { files, duration_ms, waveform, client_message_id, conversation_id } = request.body;
      const text = withinLimit(request.body.text ?? '', config.limits);
      const recording = { duration_ms, waveform: waveform?.map(rounded) };
      const sent = await fileCommands.keepFor(files, recording, null, (kept) =>
        visitorMessages.send(sender, {
          text,
          client_message_id,
          conversation_id,
          files: kept,
        }),
      );
      return sendSent(reply, sent);
    },
  );
}

/** @throws AppError `voice_off`, in words that the visitor reads */
async function refuseUnlessVoice(request: FastifyRequest, { identities }: Services): Promise<void> {
  const site = await identities.site(visitorOf(request).siteId);
  if (site === null || site.settings.voice) return;
  throw new AppError('voice_off', 'No voice messages are taken here.');
}

function waveformFrom(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(Number);
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return given;
    throw error;
  }
}

/** More digits are not seen, and events are small. */
function rounded(level: number): number {
  return Math.round(level * 100) / 100;
}
