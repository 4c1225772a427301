/** What Parley says in a mail about answers; `{site}` is a place for its name. */
interface AnswerWords {
  readonly subject: string;
  readonly intro: string;
  readonly reply: string;
  readonly page: string;
  readonly stop: string;
  readonly stopAsk: string;
  readonly stopped: string;
}

const en: AnswerWords = {
  subject: '{site} has answered you',
  intro: 'You have not seen this answer from {site} yet:',
  reply: 'Answer this mail to write back.',
  page: 'Go on in the chat:',
  stop: 'No more of these mails from {site}:',
  stopAsk: 'Shall {site} send you no more mails when somebody answers you in the chat?',
  stopped: '{site} sends you no more of these mails.',
};

const WORDS: Readonly<Record<string, AnswerWords>> = {
  en,
  de: {
    subject: '{site} hat Ihnen geantwortet',
    intro: 'Diese Antwort von {site} haben Sie noch nicht gesehen:',
    reply: 'Antworten Sie auf diese Mail, um zurückzuschreiben.',
    page: 'Im Chat weiterschreiben:',
    stop: 'Keine solchen Mails mehr von {site}:',
    stopAsk: 'Soll {site} Ihnen keine Mails mehr senden, wenn Ihnen im Chat jemand antwortet?',
    stopped: '{site} sendet Ihnen keine solchen Mails mehr.',
  },
  fr: {
    subject: '{site} vous a répondu',
    intro: 'Vous n’avez pas encore vu cette réponse de {site} :',
    reply: 'Répondez à cet e-mail pour écrire à votre tour.',
    page: 'Continuer dans le chat :',
    stop: 'Ne plus recevoir ces e-mails de {site} :',
    stopAsk: 'Ne plus recevoir d’e-mails de {site} quand on vous répond dans le chat ?',
    stopped: '{site} ne vous enverra plus ces e-mails.',
  },
  es: {
    subject: '{site} le ha respondido',
    intro: 'Aún no ha visto esta respuesta de {site}:',
    reply: 'Responda a este correo para contestar.',
    page: 'Seguir en el chat:',
    stop: 'No recibir más estos correos de {site}:',
    stopAsk: '¿Desea no recibir más correos de {site} cuando le respondan en el chat?',
    stopped: '{site} ya no le enviará estos correos.',
  },
  pt: {
    subject: '{site} respondeu a você',
    intro: 'Você ainda não viu esta resposta de {site}:',
    reply: 'Responda a este e-mail para escrever de volta.',
    page: 'Continuar no chat:',
    stop: 'Não receber mais estes e-mails de {site}:',
    stopAsk: 'Não receber mais e-mails de {site} quando alguém responder no chat?',
    stopped: '{site} não enviará mais estes e-mails.',
  },
  it: {
    subject: '{site} le ha risposto',
    intro: 'Non ha ancora visto questa risposta di {site}:',
    reply: 'Risponda a questa e-mail per scrivere.',
    page: 'Continua nella chat:',
    stop: 'Non ricevere più queste e-mail da {site}:',
    stopAsk: 'Non ricevere più e-mail da {site} quando qualcuno le risponde nella chat?',
    stopped: '{site} non le invierà più queste e-mail.',
  },
  nl: {
    subject: '{site} heeft u geantwoord',
    intro: 'Dit antwoord van {site} hebt u nog niet gezien:',
    reply: 'Beantwoord deze e-mail om terug te schrijven.',
    page: 'Verder in de chat:',
    stop: 'Deze e-mails van {site} niet meer ontvangen:',
    stopAsk: 'Geen e-mails van {site} meer ontvangen wanneer iemand u in de chat antwoordt?',
    stopped: '{site} stuurt u deze e-mails niet meer.',
  },
  pl: {
    subject: '{site}: masz odpowiedź',
    intro: 'Nie widziałeś jeszcze tej odpowiedzi od {site}:',
    reply: 'Odpowiedz na tę wiadomość, aby odpisać.',
    page: 'Kontynuuj na czacie:',
    stop: 'Nie chcę więcej takich wiadomości od {site}:',
    stopAsk: 'Czy {site} ma nie wysyłać więcej wiadomości, gdy ktoś odpowie na czacie?',
    stopped: '{site} nie będzie już wysyłać tych wiadomości.',
  },
  tr: {
    subject: '{site} size yanıt verdi',
    intro: '{site} tarafından gönderilen bu yanıtı henüz görmediniz:',
    reply: 'Yazmak için bu e-postayı yanıtlayın.',
    page: 'Sohbete devam edin:',
    stop: '{site} bu e-postaları artık göndermesin:',
    stopAsk: 'Sohbette yanıt geldiğinde {site} size artık e-posta göndermesin mi?',
    stopped: '{site} size artık bu e-postaları göndermeyecek.',
  },
  ar: {
    subject: 'لقد ردّ عليك {site}',
    intro: 'لم ترَ بعدُ هذا الرد من {site}:',
    reply: 'أجب عن هذه الرسالة لتكتب رداً.',
    page: 'تابع في المحادثة:',
    stop: 'إيقاف هذه الرسائل من {site}:',
    stopAsk: 'هل تريد ألّا يرسل إليك {site} رسائل عندما يردّ عليك أحد في المحادثة؟',
    stopped: 'لن يرسل إليك {site} هذه الرسائل بعد الآن.',
  },
  he: {
    subject: 'קיבלת תשובה מ־{site}',
    intro: 'עוד לא ראית את התשובה הזאת מ־{site}:',
    reply: 'אפשר להשיב למייל הזה כדי לכתוב בחזרה.',
    page: 'להמשך בצ׳אט:',
    stop: 'לא לקבל עוד הודעות כאלה מ־{site}:',
    stopAsk: 'לא לקבל עוד הודעות מ־{site} כשמשיבים לך בצ׳אט?',
    stopped: '{site} לא ישלח לך עוד הודעות כאלה.',
  },
  ja: {
    subject: '{site} から返信があります',
    intro: '{site} からの次の返信はまだ読まれていません。',
    reply: 'このメールに返信すると、チャットに届きます。',
    page: 'チャットを続ける:',
    stop: '{site} からのこのお知らせを停止する:',
    stopAsk: 'チャットに返信があったときの {site} からのメールを停止しますか。',
    stopped: '{site} からのこのメールは今後送信されません。',
  },
  zh: {
    subject: '{site} 已回复您',
    intro: '您还没有看到 {site} 的这条回复:',
    reply: '直接回复此邮件即可继续对话。',
    page: '回到聊天:',
    stop: '不再接收 {site} 的此类邮件:',
    stopAsk: '当有人在聊天中回复您时,不再接收 {site} 的邮件?',
    stopped: '{site} 将不再向您发送此类邮件。',
  },
  hi: {
    subject: '{site} ने आपको जवाब दिया है',
    intro: '{site} का यह जवाब आपने अभी तक नहीं देखा है:',
    reply: 'वापस लिखने के लिए इस ईमेल का जवाब दें।',
    page: 'चैट में आगे बढ़ें:',
    stop: '{site} से ऐसे ईमेल बंद करें:',
    stopAsk: 'चैट में जवाब मिलने पर {site} से ईमेल बंद करें?',
    stopped: '{site} आपको अब ऐसे ईमेल नहीं भेजेगा।',
  },
};

/** Those of the widget. */
export const ANSWER_LANGUAGES: readonly string[] = Object.keys(WORDS);

/** The words of a locale, else English ones. */
export function answerWordsOf(locale: string): AnswerWords {
  const language = locale.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  return Object.hasOwn(WORDS, language) ? (WORDS[language] ?? en) : en;
}
