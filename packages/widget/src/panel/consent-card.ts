import type { Language } from '../strings/language.ts';
import type { AskingSite } from './consent-site.ts';

export interface ConsentCardOptions {
  readonly language: Language;
  /** Null: not known yet. */
  readonly site: AskingSite | null;
  readonly open: boolean;
  readonly onAgree: (version: number) => void;
  readonly onClose: () => void;
}

/** Draws what the visitor agrees to, in place of the chat. */
export function drawConsent(root: HTMLElement, options: ConsentCardOptions): void {
  const { language, site, open, onAgree, onClose } = options;
  const { text } = language;
  const consent = site?.consent ?? null;
  const title = element('h1', { textContent: site?.title || text('title'), dir: 'auto' });
  const close = button('icon-button', '✕', onClose);
  close.ariaLabel = text('close');
  const heading = element('div', { className: 'heading' }, title);
  const header = element('header', { className: 'header' }, heading, close);
  if (consent === null) {
    const loading = element('p', { className: 'unseen', role: 'status' }, text('loading'));
    root.replaceChildren(element('main', { className: 'panel' }, header, loading));
    return;
  }
  const words = element(
    'p',
    { id: 'consent-text', dir: 'auto' },
    consent.text ?? text('consentText'),
  );
  const agree = button('agree', text('consentAgree'), () => onAgree(consent.version));
  agree.setAttribute('aria-describedby', words.id);
  const section = element(
    'section',
    { className: 'consent', ariaLabel: text('consentTitle') },
    element('h2', {}, text('consentTitle')),
    words,
    ...linkOf(consent.privacy_url, text('consentLink')),
    element('div', { className: 'choice' }, agree, button('link', text('notNow'), onClose)),
  );
  root.replaceChildren(element('main', { className: 'panel' }, header, section));
  if (open) agree.focus({ preventScroll: true });
}

function linkOf(href: string | null, words: string): HTMLElement[] {
  if (href === null) return [];
  return [element('a', { href, target: '_blank', rel: 'noopener noreferrer' }, words)];
}

/** Asks once more: what is withdrawn is deleted. */
export function askWithdrawal({ text }: Language, withdraw: () => Promise<void>): void {
  const question = element('p', { id: 'withdraw-ask' }, text('withdrawAsk'));
  const fault = element('div', { className: 'fault', role: 'alert' });
  const keep = button('link', text('keep'), () => dialog.close());
  const confirm = button('link danger', text('withdrawConfirm'), () => {
    confirm.disabled = true;
    withdraw().catch(() => {
      confirm.disabled = false;
      fault.textContent = text('changeFailed');
    });
  });
  const choice = element('div', { className: 'choice' }, keep, confirm);
  const dialog = element('dialog', { className: 'withdrawal' }, question, fault, choice);
  dialog.setAttribute('aria-labelledby', question.id);
  // Escape leaves the question, and not the panel as well.
  dialog.addEventListener('keydown', (event) => event.stopPropagation());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function button(className: string, words: string, act: () => void): HTMLButtonElement {
  const made = element('button', { className, type: 'button' }, words);
  made.addEventListener('click', act);
  return made;
}

/** Words are text, whatever stands in them (SEC-3). */
function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
