/**
 * Whether a page of this origin may connect. Hosts are compared as Laravel's `Str::is` does it:
 * whole, with `*` for any run of characters.
 *
 * @param origin the Origin header; a browser always sends one with a WebSocket, so that its
 * absence means a client that no foreign page can drive
 */
export function isAllowedOrigin(
  origin: string | undefined,
  allowed: readonly string[] | undefined,
): boolean {
  if (allowed === undefined || allowed.includes('*') || origin === undefined) return true;
  const host = hostOf(origin);
  return host !== null && allowed.some((pattern) => matches(pattern.toLowerCase(), host));
}

/** Lower-case host without port; null for `null` and whatever else is no origin. */
function hostOf(origin: string): string | null {
  const host = URL.canParse(origin) ? new URL(origin).hostname : '';
  return host === '' ? null : host;
}

/** Greedy from both ends rather than a RegExp, which a pattern of many stars could make slow. */
function matches(pattern: string, host: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === host;
  const last = rest.pop() ?? '';
  if (host.length < first.length + last.length) return false;
  if (!host.startsWith(first) || !host.endsWith(last)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = host.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return from <= host.length - last.length;
}
