/** What stands for what is not kept, as the semantic conventions of OpenTelemetry write it. */
export const REDACTED = 'REDACTED';

const ID = /^\d{1,16}$/;

/**
 * The path of a request without what somebody wrote (an address, a file's name, a token): of the route's
 * parameters only numbers stay, of others their names.
 *
 * @param route a template such as `/files/:attachment/:name`; `*` is one segment, or all that is left
 */
export function safePath(url: string, route: string): string {
  const segments = (url.split('?', 1)[0] ?? '').split('/');
  const words = route.split('/');
  if (segments.length !== words.length) return route;
  return words
    .map((word, at) => {
      const segment = segments[at] ?? '';
      return /[:*]/.test(word) && ID.test(segment) ? segment : word;
    })
    .join('/');
}
