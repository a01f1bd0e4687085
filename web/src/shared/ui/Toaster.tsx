// Where toasts appear: once per page, a polite live region.
import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { useT } from "../i18n/useT";
import { currentToasts, dismissToast, subscribeToasts, type ToastMessage } from "./toasts";

const SHOWN_MS = 6_000;
const ICONS = { success: CircleCheck, danger: CircleAlert, info: Info };
const COLOURS = { success: "text-success", danger: "text-danger", info: "text-primary" };

function Toast({ message }: { readonly message: ToastMessage }) {
  const t = useT();
  const Icon = ICONS[message.tone];
  useEffect(() => {
    const timer = setTimeout(() => dismissToast(message.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [message.id]);
  return (
    <div className="card pointer-events-auto flex items-center gap-3 py-1 ps-4 pe-1 shadow-pop">
      <Icon size={20} aria-hidden="true" className={COLOURS[message.tone]} />
      <p className="flex-1 py-2 text-sm font-medium">{message.text}</p>
      <button
        type="button"
        className="grid size-11 place-items-center rounded-sm hover:bg-surface-2"
        aria-label={t("action.close")}
        onClick={() => dismissToast(message.id)}
      >
        <X size={18} aria-hidden="true" />
      </button>
    </div>
  );
}

export function Toaster() {
  const messages = useSyncExternalStore(subscribeToasts, currentToasts);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-4 bottom-24 z-50 mx-auto flex max-w-md flex-col gap-2 lg:bottom-6"
    >
      {messages.map((message) => (
        <Toast key={message.id} message={message} />
      ))}
    </div>
  );
}
