/** Whether somebody is looking at this page: on screen, and the window that has the focus (SYNC-12). */
export function pageIsRead(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}
