// Short news that also stands somewhere else on the page.
export interface ToastMessage {
  readonly id: number;
  readonly tone: "success" | "danger" | "info";
  readonly text: string;
}

type Listener = () => void;

let messages: readonly ToastMessage[] = [];
let last = 0;
const listeners = new Set<Listener>();

function publish(next: readonly ToastMessage[]): void {
  messages = next;
  for (const listener of listeners) listener();
}

/** Shows a message for a few seconds; never the only carrier of news. */
export function toast(text: string, tone: ToastMessage["tone"] = "info"): void {
  last += 1;
  publish([...messages.slice(-2), { id: last, tone, text }]);
}

export function dismissToast(id: number): void {
  publish(messages.filter((message) => message.id !== id));
}

export function currentToasts(): readonly ToastMessage[] {
  return messages;
}

export function subscribeToasts(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
