// Makes a file of orders or of attendees, says how far it is, and can be stopped.
import { Download } from "lucide-react";
import { useRef, useState } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { problemText } from "../../shared/i18n/problemText";
import { Button } from "../../shared/ui/Button";
import { useT } from "../i18n/useT";
import { download } from "./csv";
import { type ExportKind, exportOrders } from "./exportOrders";
import type { OrderScope } from "./queries";

interface Props {
  readonly scope: OrderScope;
  readonly event: EventView | undefined;
}

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "running" | "done"; readonly rows: number }
  | { readonly kind: "failed"; readonly error: unknown };

export function ExportMenu({ scope, event }: Props) {
  const t = useT();
  const [state, setState] = useState<State>({ kind: "idle" });
  const control = useRef<AbortController | null>(null);
  const run = async (kind: ExportKind) => {
    control.current = new AbortController();
    const { signal } = control.current;
    setState({ kind: "running", rows: 0 });
    try {
      const onProgress = (rows: number) => setState({ kind: "running", rows });
      const rows = await exportOrders(kind, { scope, event, signal, onProgress });
      download(`${kind}.csv`, rows);
      setState({ kind: "done", rows: rows.length - 1 });
    } catch (error) {
      setState(signal.aborted ? { kind: "idle" } : { kind: "failed", error });
    }
  };
  const isRunning = state.kind === "running";
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button
        icon={<Download size={18} aria-hidden="true" />}
        isDisabled={isRunning}
        onClick={() => void run("orders")}
      >
        {t("export.orders")}
      </Button>
      {event && (
        <Button
          icon={<Download size={18} aria-hidden="true" />}
          isDisabled={isRunning}
          onClick={() => void run("tickets")}
        >
          {t("export.tickets")}
        </Button>
      )}
      {isRunning && <Button onClick={() => control.current?.abort()}>{t("export.stop")}</Button>}
      <p role="status" className="w-full text-sm text-muted empty:hidden">
        {state.kind === "running" && t("export.running", { count: state.rows })}
        {state.kind === "done" && t("export.done", { count: state.rows })}
        {state.kind === "failed" && (
          <span className="font-medium text-danger">{problemText(state.error, t)}</span>
        )}
      </p>
    </div>
  );
}
