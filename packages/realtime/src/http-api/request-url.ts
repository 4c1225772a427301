/** Path and query of a request as they were sent: nothing is decoded, for a signature covers them. */
export function splitUrl(url: string | undefined): { path: string; search: string } {
  const text = url ?? '';
  const at = text.indexOf('?');
  if (at === -1) return { path: text, search: '' };
  return { path: text.slice(0, at), search: text.slice(at + 1) };
}
