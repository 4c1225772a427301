import type { Dice } from './random.ts';

// What people write to shops: few sentences with many things and numbers in them, so that some words
// are in every tenth message and others in one of a million, as in life.

const THINGS = [
  'blue jacket',
  'espresso machine',
  'running shoes',
  'desk lamp',
  'mountain bike',
  'rain boots',
  'wool blanket',
  'water bottle',
  'standing desk',
  'headphones',
  'garden hose',
  'picture frame',
  'Kaffeemühle',
  'Gästebett',
  'Übertopf',
  'crème brûlée set',
  'piñata',
  'smörgåsbord plate',
  'phone case',
  'tent',
  'sleeping bag',
  'toaster',
  'bookshelf',
  'keyboard',
  'monitor',
  'suitcase',
] as const;
const CITIES = [
  'Berlin',
  'München',
  'Zürich',
  'Oslo',
  'Lisbon',
  'Kraków',
  'Athens',
  'Dublin',
  'Malmö',
  'Lyon',
  'Toronto',
  'Austin',
  'São Paulo',
  'Osaka',
  'Seoul',
  'Nairobi',
  'Wellington',
  'Utrecht',
] as const;
const ASKED = [
  'Hi, where is my order {order}?',
  'Do you ship the {thing} to {city}?',
  'The {thing} that I ordered has a scratch, can I return it?',
  'I was charged twice for invoice {invoice}.',
  'Is the {thing} available in size {size}?',
  'Could you change the address of order {order} to {city}?',
  'Hallo, wann kommt die Bestellung {order} in {city} an?',
  'Der {thing} passt leider nicht, wie schicke ich ihn zurück?',
  'The discount code {code} does not work for the {thing}.',
  'ok',
  'Thank you!',
  'And how long does that take?',
  'Can somebody call me about order {order}?',
  'I cannot sign in any more, the reset mail never arrives.',
  'Bonjour, est-ce que la {thing} est livrée à {city} ?',
  '注文 {order} はいつ届きますか？',
  'Where do I find the invoice {invoice}?',
  'great, that worked',
] as const;
const ANSWERED = [
  'Let me look that up for you.',
  'Your order {order} left our warehouse in {city} this morning.',
  'Yes, we ship the {thing} to {city} within {size} days.',
  'I am sorry to hear that. I have sent you a return label for the {thing}.',
  'The second charge of invoice {invoice} is refunded; your bank shows it within three days.',
  'Could you send us a picture of the {thing}?',
  'You can find it under Orders, then {order}.',
  'Gern geschehen! Die Rückgabe ist {size} Tage lang möglich.',
  'Is there anything else that I can do for you?',
  'The code {code} is valid again.',
  'I have asked our team in {city}; they answer by tomorrow noon.',
] as const;
const NOTED = [
  'Customer is on the old plan, see {invoice} before answering.',
  'Asked the warehouse in {city} about {order}.',
  'Refund of {invoice} needs an admin.',
] as const;
const FIRST_NAMES = [
  'Ada',
  'Jonas',
  'Mireille',
  'Priya',
  'Zoë',
  'Olena',
  'Mateo',
  'Ingrid',
  'Søren',
  'Yuki',
  'Lena',
  'Tom',
  'Fatima',
  'Björn',
  'Chiara',
  'Noah',
  'Amélie',
  'Kwame',
  'Ravi',
  'Hanna',
  'Elif',
  'Liam',
] as const;
const LAST_NAMES = [
  'Weber',
  'Okonkwo',
  'Raman',
  'Kovalenko',
  'García',
  'Larsen',
  'Tanaka',
  'Müller',
  'Rossi',
  'Kaya',
  'Novák',
  'Dubois',
  'Ångström',
  'Byrne',
  'Mensah',
  'Silva',
  'Jansen',
  'Nowak',
  'Haddad',
  'Smith',
] as const;

export function sentence(of: 'visitor' | 'agent' | 'note', dice: Dice): string {
  const from = of === 'visitor' ? ASKED : of === 'agent' ? ANSWERED : NOTED;
  return dice.pick<string>(from).replaceAll(/\{(\w+)\}/g, (_, slot: string) => fill(slot, dice));
}

function fill(slot: string, dice: Dice): string {
  switch (slot) {
    case 'thing':
      return dice.pick(THINGS);
    case 'city':
      return dice.pick(CITIES);
    case 'order':
      return `${10_000 + dice.below(900_000)}`;
    case 'invoice':
      return `2026-${1_000 + dice.below(90_000)}`;
    case 'code':
      return `SAVE${dice.below(5_000)}`;
    default:
      return `${2 + dice.below(40)}`;
  }
}

/** Null: never said one. */
export function person(dice: Dice): { name: string | null; email: string | null } {
  if (dice.next() < 0.3) return { name: null, email: null };
  const [given, family] = [dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES)];
  const name = `${given} ${family}`;
  if (dice.next() < 0.4) return { name, email: null };
  const local = `${given}.${family}`
    .normalize('NFKD')
    .replaceAll(/[^\w.]/g, '')
    .toLowerCase();
  return { name, email: `${local}${dice.below(1_000)}@mail.example` };
}
