/**
 * Where to go after signing in: an address of the dashboard, as the router names it (without
 * `/admin`). What stands in the query may come from anybody, so only a plain path of ours passes; a
 * `//host`, a scheme or a backslash would lead elsewhere.
 */
export function returnTo(wanted: unknown): string {
  const home = '/chatbot';
  if (typeof wanted !== 'string' || wanted.length > 2_000) return home;
  if (!/^\/(?![/\\])[^\\\s\p{Cc}]*$/u.test(wanted)) return home;
  const url = new URL(wanted, 'https://parley.invalid');
  // Dots are resolved by now: `/..//host` has become `//host`.
  if (url.origin !== 'https://parley.invalid' || url.pathname.startsWith('//')) return home;
  if (/^\/(login)?\/?$/.test(url.pathname)) return home;
  return `${url.pathname}${url.search}`;
}
