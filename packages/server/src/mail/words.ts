/** What Parley itself says in a mail. `{…}` are places for values. */
const en = {
  subject: 'Your conversation with {site}',
  intro: 'Here is your conversation with {site}, as you asked for it.',
  you: 'You',
  team: 'Team',
  file: 'File: {name}',
  cut: 'Earlier messages are left out.',
  times: 'Times are those of {zone}.',
  why: 'You get this mail because somebody entered this address in the chat of {site}. If that was not you, you need do nothing.',
} as const;

type Words = Readonly<Record<keyof typeof en, string>>;

const de: Words = {
  subject: 'Ihre Unterhaltung mit {site}',
  intro: 'Hier ist Ihre Unterhaltung mit {site}, wie Sie es gewünscht haben.',
  you: 'Sie',
  team: 'Team',
  file: 'Datei: {name}',
  cut: 'Frühere Nachrichten sind nicht enthalten.',
  times: 'Zeiten nach {zone}.',
  why: 'Sie erhalten diese Mail, weil jemand diese Adresse im Chat von {site} eingegeben hat. Wenn Sie das nicht waren, brauchen Sie nichts zu tun.',
};

const fr: Words = {
  subject: 'Votre conversation avec {site}',
  intro: 'Voici votre conversation avec {site}, comme vous l’avez demandée.',
  you: 'Vous',
  team: 'Équipe',
  file: 'Fichier : {name}',
  cut: 'Les messages plus anciens ne figurent pas ici.',
  times: 'Heures de {zone}.',
  why: 'Vous recevez cet e-mail parce que quelqu’un a saisi cette adresse dans le chat de {site}. Si ce n’était pas vous, vous n’avez rien à faire.',
};

const es: Words = {
  subject: 'Su conversación con {site}',
  intro: 'Aquí tiene su conversación con {site}, tal como la pidió.',
  you: 'Usted',
  team: 'Equipo',
  file: 'Archivo: {name}',
  cut: 'Los mensajes anteriores no se incluyen.',
  times: 'Las horas son las de {zone}.',
  why: 'Recibe este correo porque alguien escribió esta dirección en el chat de {site}. Si no fue usted, no tiene que hacer nada.',
};

const pt: Words = {
  subject: 'A sua conversa com {site}',
  intro: 'Aqui está a sua conversa com {site}, como pediu.',
  you: 'Você',
  team: 'Equipe',
  file: 'Arquivo: {name}',
  cut: 'As mensagens anteriores não estão incluídas.',
  times: 'Horários de {zone}.',
  why: 'Você recebe este e-mail porque alguém digitou este endereço no chat de {site}. Se não foi você, não precisa fazer nada.',
};

const it: Words = {
  subject: 'La sua conversazione con {site}',
  intro: 'Ecco la sua conversazione con {site}, come richiesto.',
  you: 'Lei',
  team: 'Team',
  file: 'File: {name}',
  cut: 'I messaggi precedenti non sono inclusi.',
  times: 'Gli orari sono quelli di {zone}.',
  why: 'Riceve questa e-mail perché qualcuno ha inserito questo indirizzo nella chat di {site}. Se non è stato lei, non deve fare nulla.',
};

const nl: Words = {
  subject: 'Uw gesprek met {site}',
  intro: 'Hier is uw gesprek met {site}, zoals u hebt gevraagd.',
  you: 'U',
  team: 'Team',
  file: 'Bestand: {name}',
  cut: 'Eerdere berichten zijn weggelaten.',
  times: 'Tijden volgens {zone}.',
  why: 'U krijgt deze e-mail omdat iemand dit adres heeft ingevuld in de chat van {site}. Was u dat niet, dan hoeft u niets te doen.',
};

const pl: Words = {
  subject: 'Twoja rozmowa z {site}',
  intro: 'Oto Twoja rozmowa z {site}, zgodnie z prośbą.',
  you: 'Ty',
  team: 'Zespół',
  file: 'Plik: {name}',
  cut: 'Wcześniejsze wiadomości zostały pominięte.',
  times: 'Godziny według strefy {zone}.',
  why: 'Otrzymujesz tę wiadomość, ponieważ ktoś podał ten adres na czacie {site}. Jeśli to nie Ty, nie musisz nic robić.',
};

const tr: Words = {
  subject: '{site} ile görüşmeniz',
  intro: 'İstediğiniz gibi, {site} ile görüşmeniz aşağıdadır.',
  you: 'Siz',
  team: 'Ekip',
  file: 'Dosya: {name}',
  cut: 'Daha eski mesajlar eklenmedi.',
  times: 'Saatler {zone} saat dilimine göredir.',
  why: 'Bu e-postayı, biri {site} sohbetinde bu adresi yazdığı için alıyorsunuz. Yazan siz değilseniz bir şey yapmanız gerekmez.',
};

const ar: Words = {
  subject: 'محادثتك مع {site}',
  intro: 'إليك محادثتك مع {site} كما طلبت.',
  you: 'أنت',
  team: 'الفريق',
  file: 'ملف: {name}',
  cut: 'لم تُدرج الرسائل الأقدم.',
  times: 'الأوقات بتوقيت {zone}.',
  why: 'وصلتك هذه الرسالة لأن أحدهم كتب هذا العنوان في محادثة {site}. إن لم تكن أنت، فلا يلزمك فعل أي شيء.',
};

const he: Words = {
  subject: 'השיחה שלך עם {site}',
  intro: 'הנה השיחה שלך עם {site}, כפי שביקשת.',
  you: 'את/ה',
  team: 'הצוות',
  file: 'קובץ: {name}',
  cut: 'הודעות קודמות לא נכללו.',
  times: 'השעות הן לפי {zone}.',
  why: 'הודעה זו נשלחה אליך משום שמישהו הזין כתובת זו בצ׳אט של {site}. אם לא היית זה את/ה, אין צורך לעשות דבר.',
};

const ja: Words = {
  subject: '{site} とのチャットの記録',
  intro: 'ご依頼いただいた {site} とのチャットの記録です。',
  you: 'あなた',
  team: 'チーム',
  file: 'ファイル: {name}',
  cut: 'これより前のメッセージは省略されています。',
  times: '時刻は {zone} のものです。',
  why: 'このメールは、{site} のチャットでこのアドレスが入力されたためお送りしています。お心当たりがない場合は、何もする必要はありません。',
};

const zh: Words = {
  subject: '您与 {site} 的对话',
  intro: '这是您要求发送的与 {site} 的对话。',
  you: '您',
  team: '客服团队',
  file: '文件：{name}',
  cut: '更早的消息未包含在内。',
  times: '时间以 {zone} 为准。',
  why: '您收到此邮件，是因为有人在 {site} 的聊天中填写了此地址。如果不是您本人，无需任何操作。',
};

const hi: Words = {
  subject: '{site} के साथ आपकी बातचीत',
  intro: 'आपके अनुरोध पर {site} के साथ आपकी बातचीत यह रही।',
  you: 'आप',
  team: 'टीम',
  file: 'फ़ाइल: {name}',
  cut: 'इससे पहले के संदेश शामिल नहीं हैं।',
  times: 'समय {zone} के अनुसार हैं।',
  why: 'आपको यह ईमेल इसलिए मिला है क्योंकि किसी ने {site} की चैट में यह पता लिखा था। अगर वह आप नहीं थे, तो आपको कुछ करने की ज़रूरत नहीं है।',
};

/** Those of the widget. */
export const LANGUAGES: Readonly<Record<string, Words>> = {
  en,
  de,
  fr,
  es,
  pt,
  it,
  nl,
  pl,
  tr,
  ar,
  he,
  ja,
  zh,
  hi,
};

export type Say = (key: keyof Words, values?: Readonly<Record<string, string>>) => string;

/** The words of a locale, else English ones. */
export function wordsOf(locale: string): Say {
  const language = locale.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  const words = Object.hasOwn(LANGUAGES, language) ? (LANGUAGES[language] ?? en) : en;
  return (key, values = {}) =>
    words[key].replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
