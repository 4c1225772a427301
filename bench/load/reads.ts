import { gunzipSync } from 'node:zlib';
import { PARLEY_OWNER } from '../peers/app.ts';
import type { Job, Work } from '../work.ts';
import { Api, type ApiAnswer } from './api.ts';
import type { Report } from './main.ts';
import { timeServer } from './server-clock.ts';
import { beginVisitor, beginVisitors } from './visitors.ts';

/** Visitors ask again and again, each when it was answered, and nothing is ever new. */
export async function measureEmptyPoll(
  job: Job,
  { visitors, polls }: Extract<Work, { type: 'empty-poll' }>,
  report: Report,
): Promise<void> {
  const api = new Api(job.port, visitors);
  const askers = await Promise.all(
    (await beginVisitors(api, visitors, visitors)).map(async ({ token }) => {
      const headers = { authorization: `Bearer ${token}` };
      const start = await api.call('GET', '/api/chatbot/updates', headers);
      const { cursor } = JSON.parse(String(start.body)) as { cursor: string };
      return async (): Promise<ApiAnswer> =>
        api.call('GET', `/api/chatbot/updates?cursor=${cursor}&wait=0`, headers);
    }),
  );
  let longest = 0;
  let wire = 0;
  const askAll = async (): Promise<void> => {
    const asked = askers.map(async (ask) => {
      for (let n = 0; n < polls / visitors; n += 1) {
        const { body, wire_bytes } = await ask();
        if (!String(body).includes('"events":[]')) throw new Error(`Not empty: ${String(body)}`);
        longest = Math.max(longest, body.length);
        wire = Math.max(wire, wire_bytes);
      }
    });
    await Promise.all(asked);
  };
  await askAll();
  const time = await timeServer(job, askAll);
  report({
    row: 'empty-poll',
    value: longest,
    also: { 'with headers': wire, 'µs CPU': time.cpu_ns / polls / 1_000 },
    profile: time.profile,
  });
  api.close();
}

/** The agent writes while the visitor is away; the visitor asks once for all that it missed. */
export async function measureCatchUp(
  job: Job,
  { messages }: Extract<Work, { type: 'catch-up' }>,
  report: Report,
): Promise<void> {
  const api = new Api(job.port, 1);
  const { token, conversationId } = await beginVisitor(api);
  const agent = await signIn(api);
  for (let n = 0; n < messages; n += 1) {
    const text = SENTENCES.map((_, i) => SENTENCES[(n * 7 + i * 3) % SENTENCES.length])
      .slice(0, 1 + (n % 4))
      .join(' ');
    await api.call('POST', `/admin/chatbot/${conversationId}/reply`, agent, { text });
  }
  const began = performance.now();
  const { body, wire_bytes } = await api.call(
    'GET',
    `/api/chatbot/conversation/${conversationId}?after=1`,
    { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip, deflate, br' },
  );
  const took_ms = performance.now() - began;
  const plain = gunzipSync(body);
  const page = JSON.parse(String(plain)) as { messages: unknown[]; has_more: boolean };
  if (page.messages.length !== messages || page.has_more) {
    throw new Error(`${page.messages.length} of ${messages} came with one request`);
  }
  const also = { requests: 1, 'before compression': plain.length, ms: took_ms };
  report({ row: 'catch-up', value: wire_bytes, also, profile: null });
  api.close();
}

const SENTENCES = [
  'Thank you for waiting!',
  'I have looked at your order from last Tuesday.',
  'It left our warehouse this morning and should be with you on Friday.',
  'You can follow it with the number that we sent you by e-mail.',
  'Should it not arrive by Monday, please write to us again here.',
  'Is there anything else that I can do for you?',
  'The blue one is out of stock until the end of the month, I am afraid.',
  'We can send you the grey one in its place, at the same price.',
  'Your refund was sent to the card that you paid with; banks take up to five days.',
  'No, you need not send the first one back.',
] as const;

/** @returns the headers of a signed-in agent's requests */
async function signIn(api: Api): Promise<{ cookie: string; 'x-csrf-token': string }> {
  const signedIn = await api.call('POST', '/admin/login', {}, PARLEY_OWNER);
  const cookie = (signedIn.headers['set-cookie'] ?? [])
    .map((line) => line.split(';', 1)[0] ?? '')
    .join('; ');
  const me = await api.call('GET', '/admin/me', { cookie });
  const { csrf_token } = JSON.parse(String(me.body)) as { csrf_token: string };
  return { cookie, 'x-csrf-token': csrf_token };
}
