/**
 * What the keyboard goes back to when what is opened now is closed: a menu's button where it is
 * opened by an item, for the menu is gone by then (WCAG 2.4.3).
 */
export function openerNow(): HTMLElement | null {
  let opener = document.activeElement;
  // A menu is named by its button; a menu within a menu by an item of that.
  for (let menu = menuOf(opener); menu !== null; menu = menuOf(opener)) {
    const button = document.getElementById(menu.getAttribute('aria-labelledby') ?? '');
    if (button === null || menu.contains(button)) return null;
    opener = button;
  }
  return opener instanceof HTMLElement ? opener : null;
}

const menuOf = (element: Element | null) => element?.closest('[role=menu]') ?? null;

/** Where what had it is gone. */
export function isKeyboardNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** Gives the keyboard back, unless it is somewhere already. */
export function giveBack(opener: HTMLElement | null): void {
  if (isKeyboardNowhere()) opener?.focus();
}
