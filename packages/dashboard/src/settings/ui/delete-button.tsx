import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { IconButton } from '../../ui/button.tsx';
import { Question } from './question.tsx';

/** Deletes a row of a list. It is gone for everybody then, so it asks first. */
export function DeleteButton({
  label,
  name,
  text,
  onDelete,
}: {
  label: string;
  name: string;
  /** What becomes of what uses it. */
  text: string;
  onDelete: () => Promise<void>;
}) {
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  return (
    <>
      <IconButton label={label} onClick={() => setAsking(true)}>
        <Trash2 size={15} aria-hidden />
      </IconButton>
      {asking && (
        <Question
          title={t('settings.delete.title', { name })}
          text={text}
          yes={t('settings.delete')}
          danger
          onYes={() => void onDelete().then(close)}
          onClose={close}
        />
      )}
    </>
  );
}
