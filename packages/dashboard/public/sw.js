// Rings for the dashboard while no tab of it is open. It keeps nothing: what is shown is always live.
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => event.waitUntil(ring(event.data)));

async function ring(data) {
  const pages = await self.clients.matchAll({ type: 'window' });
  // Who looks at the dashboard sees and hears it there.
  if (pages.some((page) => page.focused)) return;
  const { conversation_id: id, title, body } = data.json();
  const isOfOne = id !== undefined;
  await self.registration.showNotification(String(title), {
    body: String(body),
    icon: '/admin/icon-192.png',
    badge: '/admin/badge-96.png',
    // A conversation has one, and rings anew for each message.
    tag: isOfOne ? `conversation-${id}` : 'session',
    renotify: true,
    data: { path: isOfOne ? `/admin/chatbot/${Number(id)}` : '/admin/chatbot' },
  });
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.path));
});

async function open(path) {
  const [page] = await self.clients.matchAll({ type: 'window' });
  if (page === undefined) return void (await self.clients.openWindow(path));
  await page.focus();
  // The page goes there by itself: nothing that is being written is lost.
  page.postMessage({ type: 'parley:open', path });
}
