import type { AgentChat } from '@parley/client';
import type { NotificationAnswer } from '@parley/protocol';
import { createPreference } from '../ui/preference.ts';

/** Whether this browser rings for the agent. */
export type BrowserPush = 'on' | 'off' | 'denied' | 'unsupported';

/** Whether this browser rings at all; without push, pages that are open ring by themselves. */
export const desktop = createPreference('parley.desktop', ['on', 'off'], 'on');

const WORKER = '/admin/sw.js';

export async function browserPush(): Promise<BrowserPush> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return (await subscription()) === null ? 'off' : 'on';
}

/**
 * Asks for the permission, which the browser wants to hear from a click. Rejects where the browser's
 * push service or the server does not take it.
 */
export async function turnOn(chat: AgentChat, { public_key }: NotificationAnswer): Promise<void> {
  if ((await Notification.requestPermission()) !== 'granted') return;
  desktop.set('on');
  const registration = await navigator.serviceWorker.register(WORKER, { scope: '/admin/' });
  await navigator.serviceWorker.ready;
  const made = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: public_key,
  });
  await chat.request('POST', '/admin/notifications/push', made.toJSON());
}

export async function turnOff(chat: AgentChat): Promise<void> {
  desktop.set('off');
  const made = await subscription();
  if (made === null) return;
  await chat.request('POST', '/admin/notifications/push/end', { endpoint: made.endpoint });
  await made.unsubscribe();
}

/** At each start: the server may have forgotten it, or another agent have signed in here. */
export async function renew(chat: AgentChat): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const made = await subscription();
  if (made !== null) await chat.request('POST', '/admin/notifications/push', made.toJSON());
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  return (await registration?.pushManager.getSubscription()) ?? null;
}
