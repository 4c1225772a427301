import { bodyJson, type Call } from './call.ts';
import { channelInfo, parseInfo } from './channel-info.ts';
import { parseDestination, parseEvent, requireObject } from './event-request.ts';
import { HttpError } from './http-error.ts';

/** `POST batch_events`: up to 10 events to one channel each; all of them, or none. */
export function postBatchEvents(call: Call): object {
  const { app, publish } = call;
  const { batch } = requireObject(bodyJson(call), 'The body');
  if (!Array.isArray(batch)) throw new HttpError(400, 'Missing required parameter: batch');
  const { eventsPerBatchMax } = app.limits;
  if (batch.length > eventsPerBatchMax) {
    throw new HttpError(400, `Batch too large (${batch.length} > ${eventsPerBatchMax})`);
  }
  const items = (batch as unknown[]).map((value) => {
    const item = requireObject(value, 'Each event');
    const channel = parseDestination(item['channel']);
    return { channel, info: parseInfo(item['info']), event: parseEvent(item, app.limits) };
  });
  for (const { channel, event } of items) {
    publish({ appId: app.id, channels: [channel], ...event });
  }
  if (items.every(({ info }) => info.size === 0)) return {};
  return { batch: items.map(({ channel, info }) => channelInfo(app, channel, info)) };
}
