import type { OutgoingHttpHeaders } from 'node:http';
import type { Answer, Caller } from './http-client.ts';

export interface TestForm {
  /** Field, file name, content. */
  readonly files: readonly (readonly [field: string, name: string, content: Uint8Array | string])[];
  readonly fields?: Readonly<Record<string, string>>;
}

/** A form in the bytes that a browser sends. */
export async function encoded(
  form: TestForm,
): Promise<{ body: Buffer; headers: OutgoingHttpHeaders }> {
  const data = new FormData();
  for (const [name, value] of Object.entries(form.fields ?? {})) data.append(name, value);
  for (const [field, name, content] of form.files) {
    data.append(
      field,
      new Blob([typeof content === 'string' ? content : Uint8Array.from(content)]),
      name,
    );
  }
  const response = new Response(data);
  return {
    body: Buffer.from(await response.arrayBuffer()),
    headers: { 'content-type': response.headers.get('content-type') ?? '' },
  };
}

export async function postForm(who: Caller, path: string, form: TestForm): Promise<Answer> {
  const { body, headers } = await encoded(form);
  return who.call('POST', path, body, headers);
}
