/** What stands after the host: where on the site somebody is. Anything else is shown as it is. */
export function pathOf(address: string): string {
  if (!URL.canParse(address)) return address;
  const { pathname, search } = new URL(address);
  return pathname + search;
}

/** The host that somebody came from; null: none was told. */
export function originOf(referrer: string | undefined): string | null {
  if (referrer === undefined || referrer === '') return null;
  return URL.canParse(referrer) ? new URL(referrer).host || referrer : referrer;
}
