import type { Visitor } from '@parley/protocol';
import { t } from '../i18n/translate.ts';

/** What a visitor is called: the given name, else the number. */
export function visitorName(visitor: Visitor): string {
  const name = visitor.name?.trim() ?? '';
  return name === '' ? t('visitor.unnamed', { id: visitor.id }) : name;
}
