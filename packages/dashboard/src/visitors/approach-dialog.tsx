import { platform } from '@parley/client';
import { LIMITS, type MessageAnswer, type Visitor } from '@parley/protocol';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { useChat } from '../chat-context.tsx';
import { t } from '../i18n/translate.ts';
import { visitorName } from '../inbox/visitor-name.ts';
import { messageOf } from '../i18n/message-of.ts';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Field, TextArea } from '../ui/form.tsx';
import { Problem } from '../ui/page.tsx';
import { Button } from '../ui/button.tsx';

/** The first words to a visitor; the conversation follows. */
export function ApproachDialog({ visitor, onClose }: { visitor: Visitor; onClose: () => void }) {
  const chat = useChat();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  /** The same words are sent once, however often that is tried. */
  const attempt = useRef({ text: '', id: '' });

  async function start() {
    if (attempt.current.text !== text) attempt.current = { text, id: platform().uuid() };
    setBusy(true);
    try {
      const path = `/admin/visitors/${visitor.id}/conversation`;
      const body = { text, client_message_id: attempt.current.id };
      const { message } = await chat.request<MessageAnswer>('POST', path, body);
      await navigate({ to: '/chatbot/$id', params: { id: String(message.conversation_id) } });
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (text.trim() !== '' && !busy) void start();
  }

  return (
    <Dialog title={t('visitors.startWith', { name: visitorName(visitor) })} onClose={onClose}>
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        {problem !== null && <Problem>{problem}</Problem>}
        <Field label={t('visitors.first')} hint={t('visitors.first.hint')}>
          <TextArea
            rows={4}
            value={text}
            maxLength={LIMITS.messageText_chars}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        <DialogActions>
          <Button onClick={onClose}>{t('settings.cancel')}</Button>
          <Button type="submit" look="primary" disabled={text.trim() === '' || busy}>
            {t('visitors.start')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
