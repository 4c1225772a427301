import type { HttpResponse, Upload } from './environment.ts';

/**
 * Sends a form. In a browser by XMLHttpRequest, for `fetch` does not say how far it is; where there is
 * none (Node) by `fetch`. Rejects where there was no answer.
 */
export async function upload(url: string, request: Upload): Promise<HttpResponse> {
  const form = formOf(request);
  const { headers, signal } = request;
  if (typeof XMLHttpRequest === 'undefined') {
    return fetch(url, { method: 'POST', headers, body: form, signal });
  }
  return byXhr(url, form, request);
}

/** Small fields first: whoever reads it knows what it is about before the files come. */
function formOf({ fields, files }: Upload): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const { field, name, blob } of files) form.append(field, blob, name);
  return form;
}

function byXhr(url: string, form: FormData, request: Upload): Promise<HttpResponse> {
  const { headers, onProgress, signal } = request;
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const abort = (): void => xhr.abort();
    const fail = (): void => {
      signal.removeEventListener('abort', abort);
      reject(new TypeError('The upload failed.'));
    };
    xhr.open('POST', url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.upload.addEventListener('progress', ({ loaded, total }) => onProgress(loaded, total));
    xhr.addEventListener('load', () => {
      signal.removeEventListener('abort', abort);
      resolve({
        ok: xhr.status >= 200 && xhr.status < 300,
        status: xhr.status,
        headers: { get: (name) => xhr.getResponseHeader(name) },
        text: () => Promise.resolve(xhr.responseText),
      });
    });
    xhr.addEventListener('error', fail);
    xhr.addEventListener('abort', fail);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) fail();
    else xhr.send(form);
  });
}
