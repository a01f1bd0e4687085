// Cancels an event, after saying what that does to whom.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { availabilityQuery, type EventView } from "../../shared/catalogue/queries";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Skeleton } from "../../shared/ui/Skeleton";
import { toast } from "../../shared/ui/toasts";
import { useT } from "../i18n/useT";
import { TextArea } from "../kit/TextArea";
import { cancelEvent, rememberEvent } from "./commands";

interface Props {
  readonly event: EventView;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function CancelDialog({ event, isOpen, onClose }: Props) {
  const t = useT();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const figures = useQuery({ ...availabilityQuery(event.event_id), enabled: isOpen, staleTime: 0 });
  const cancel = useMutation({
    mutationFn: () => cancelEvent(event.event_id, reason.trim()),
    onSuccess: (answer) => {
      rememberEvent(queries, answer);
      queries.setQueryData<EventView>(
        ["event", event.event_id],
        (known) => known && { ...known, cancellation_reason: reason.trim() },
      );
      toast(t("cancel.done"), "success");
      onClose();
    },
  });
  const submit = (form: FormEvent) => {
    form.preventDefault();
    setMissing(reason.trim() === "");
    if (reason.trim() !== "") cancel.mutate();
  };
  const refused = isProblem(cancel.error, "validation")
    ? cancel.error.errors[0]?.detail
    : undefined;
  const { sold = 0, held = 0 } = figures.data ?? {};
  return (
    <Dialog isOpen={isOpen} title={t("cancel.title", { title: event.title })} onClose={onClose}>
      <form noValidate className="flex flex-col gap-5" onSubmit={submit}>
        <div>
          <p className="font-semibold">{t("cancel.effect")}</p>
          {figures.isPending ? (
            <Skeleton className="mt-2 h-20 w-full" />
          ) : (
            <ul className="mt-1 list-disc ps-5">
              <li>{t("cancel.effect.sale")}</li>
              {held > 0 && <li>{t("cancel.effect.held", { count: held })}</li>}
              {sold > 0 && <li>{t("cancel.effect.sold", { count: sold })}</li>}
              <li>{t("cancel.effect.final")}</li>
            </ul>
          )}
        </div>
        <TextArea
          label={t("cancel.reason")}
          maxLength={1000}
          rows={3}
          value={reason}
          error={isMissing && reason.trim() === "" ? t("cancel.required") : refused}
          onChange={(change) => setReason(change.target.value)}
        />
        {cancel.isError && !refused && <ErrorPanel error={cancel.error} />}
        <div className="flex flex-col justify-end gap-3 sm:flex-row">
          <Button onClick={onClose}>{t("cancel.keep")}</Button>
          <Button type="submit" tone="danger" isBusy={cancel.isPending}>
            {t("cancel.action")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
