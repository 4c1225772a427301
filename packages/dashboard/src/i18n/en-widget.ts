import type { Plural } from './plural.ts';

/** Words about what the widget says: by itself, and in the site's own words. */
export const enWidget = {
  'site.tab.proactive': 'Proactive',
  'site.tab.words': 'Words',

  'look.launcherPicture': 'Picture on the button',
  'look.launcherPicture.hint':
    'Address of a square picture, such as a face. Left empty: the sign of a chat.',

  'proactive.title': 'Messages that come by themselves',
  'proactive.text':
    'Shown above the chat button to who stays on a page. Each is said once to each visitor.',
  'proactive.add': 'Add a message',
  'proactive.message': 'Message {place}',
  'proactive.words': 'Text',
  'proactive.words.example': 'Can we help you choose?',
  'proactive.page': 'Page',
  'proactive.page.hint': 'Path of the page, * for any part: /pricing*',
  'proactive.after': 'After seconds',
  'proactive.remove': 'Remove message {place}',
  'proactive.none.title': 'Nothing is said yet',
  'proactive.none.text': 'A question at the right moment begins more conversations than a button.',

  'words.title': 'The words of the chat',
  'words.text':
    'Say it in your own words: what stays empty is said as above the field. Words in braces are filled in.',
  'words.language': 'Language',
  'words.search': 'Find a text',
  'words.ownOnly': 'Own words only',
  'words.own': 'your words',
  'words.none': 'No text fits.',
} as const satisfies Record<string, string | Plural>;
