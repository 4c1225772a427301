/**
 * The launcher's name in the languages of the widget. It is told with the configuration, as the
 * loader has no room for all of them.
 */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['de', 'Chat öffnen'],
  ['fr', 'Ouvrir le chat'],
  ['es', 'Abrir el chat'],
  ['pt', 'Abrir chat'],
  ['it', 'Apri la chat'],
  ['nl', 'Chat openen'],
  ['pl', 'Otwórz czat'],
  ['tr', 'Sohbeti aç'],
  ['ar', 'فتح الدردشة'],
  ['he', 'פתיחת הצ׳אט'],
  ['ja', 'チャットを開く'],
  ['zh', '打开聊天'],
  ['hi', 'चैट खोलें'],
]);

/** @param locale as a page gives it; null where it is English's, or in no language of the widget */
export const launcherLabel = (locale: string): string | null =>
  LABELS.get(/^[a-z]*/i.exec(locale)?.[0].toLowerCase() ?? '') ?? null;
