// Publish, cancel, mark as over: what applies to the event as it stands.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { problemText } from "../../shared/i18n/problemText";
import { useNow } from "../../shared/lib/useNow";
import { Button } from "../../shared/ui/Button";
import { toast } from "../../shared/ui/toasts";
import { useT } from "../i18n/useT";
import { CancelDialog } from "./CancelDialog";
import { completeEvent, rememberEvent } from "./commands";
import { PublishDialog } from "./PublishDialog";

export function EventActions({ event }: { readonly event: EventView }) {
  const t = useT();
  const queries = useQueryClient();
  const now = useNow(60_000);
  const [open, setOpen] = useState<"publish" | "cancel" | null>(null);
  const complete = useMutation({
    mutationFn: () => completeEvent(event.event_id),
    onSuccess: (answer) => {
      rememberEvent(queries, answer);
      toast(t("event.completed"), "success");
    },
    onError: (error) => toast(problemText(error, t), "danger"),
  });
  const close = () => setOpen(null);
  const isOver = now >= Date.parse(event.ends_at ?? event.starts_at);
  return (
    <>
      {event.status === "PUBLISHED" && isOver && (
        <Button size="sm" isBusy={complete.isPending} onClick={() => complete.mutate()}>
          {t("event.complete")}
        </Button>
      )}
      {event.status === "DRAFT" && (
        <Button size="sm" tone="primary" onClick={() => setOpen("publish")}>
          {t("event.publish")}
        </Button>
      )}
      {(event.status === "DRAFT" || event.status === "PUBLISHED") && (
        <Button size="sm" tone="quiet" className="text-danger!" onClick={() => setOpen("cancel")}>
          {t("event.cancel")}
        </Button>
      )}
      <PublishDialog event={event} isOpen={open === "publish"} onClose={close} />
      <CancelDialog event={event} isOpen={open === "cancel"} onClose={close} />
    </>
  );
}
