/** What sites say that ask their visitors to agree first: it is loaded for those alone. */
export const enConsent = {
  consentTitle: 'Before we start',
  consentText:
    'So that we can answer you, we store what you write here, together with the pages you visit on this website and details of your browser. You can withdraw your consent at any time, in the menu of this chat.',
  consentLink: 'Privacy policy',
  consentAgree: 'Agree and start',
  withdraw: 'Withdraw consent',
  withdrawAsk:
    'Withdraw your consent? Your messages and all that is stored about you here are deleted for good.',
  withdrawConfirm: 'Withdraw and delete',
} as const;
