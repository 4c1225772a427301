const PLAIN = '/admin/favicon.svg';

/** The mark with a number on it, where something is unread; also on an installed app. */
export function showCount(unread: number): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  const href = unread === 0 ? PLAIN : numbered(unread > 9 ? '9+' : String(unread));
  if (link !== null && link.getAttribute('href') !== href) link.href = href;
  if (!('setAppBadge' in navigator)) return;
  const shown = unread === 0 ? navigator.clearAppBadge() : navigator.setAppBadge(unread);
  // Where the browser does not want to show it, the title says it too.
  shown.catch(() => undefined);
}

/** Nothing in it but digits and a plus. */
function numbered(text: string): string {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    '<rect width="32" height="32" rx="9" fill="#0f6e6a"/>' +
    '<path d="M6 9.5A3.5 3.5 0 0 1 9.5 6h9a3.5 3.5 0 0 1 3.5 3.5v5a3.5 3.5 0 0 1-3.5 3.5H13l-4.2 3.7c-.5.4-1.3.1-1.3-.6v-3.4A3.5 3.5 0 0 1 6 14.5z" fill="#fff"/>' +
    '<circle cx="21.5" cy="21.5" r="10.5" fill="#c2261f"/>' +
    `<text x="21.5" y="26.5" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${text.length > 1 ? 12 : 14}" fill="#fff">${text}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
