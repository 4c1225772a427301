import { X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { t } from '../i18n/translate.ts';

type Say = (text: string) => void;
const ToastContext = createContext<Say>(() => undefined);

/** Tells of something that went wrong away from where the eye is; gone by itself after a while. */
export function useToast(): Say {
  return useContext(ToastContext);
}

const SHOWN_MS = 8_000;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly { id: number; text: string }[]>([]);
  const nextId = useRef(1);
  const drop = useCallback(
    (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)),
    [],
  );
  const say = useCallback<Say>(
    (text) => {
      const id = nextId.current;
      nextId.current += 1;
      setToasts((shown) => [...shown.slice(-2), { id, text }]);
      setTimeout(() => drop(id), SHOWN_MS);
    },
    [drop],
  );
  return (
    <ToastContext value={say}>
      {children}
      <div className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex flex-col items-center gap-2 px-4">
        {toasts.map((toast) => (
          <div
            key={toast.id}
            role="alert"
            className="pointer-events-auto flex max-w-md animate-rise items-center gap-2 rounded-xl bg-ink py-2 pr-2 pl-4 text-sm text-canvas shadow-pop"
          >
            {toast.text}
            <button
              type="button"
              aria-label={t('ui.dismiss')}
              className="flex size-7 shrink-0 items-center justify-center rounded-md"
              onClick={() => drop(toast.id)}
            >
              <X size={15} aria-hidden />
            </button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
