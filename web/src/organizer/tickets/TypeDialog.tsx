// Adds a ticket type or edits one. Says at once how its allocation fits into the capacity.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import type { EventView, TicketTypeView } from "../../shared/catalogue/queries";
import { eventQuery } from "../../shared/catalogue/queries";
import type { Availability } from "../../shared/live/useAvailability";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { addTicketType, changeTicketType, rememberEvent } from "../event/commands";
import { useT } from "../i18n/useT";
import { TypeFields } from "./TypeFields";
import { type TypeForm, typeBodyOf, typedField, typeFaultsOf, typeFormOf } from "./typeForm";

interface Props {
  readonly event: EventView;
  /** The type to edit; null adds one. */
  readonly type: TicketTypeView | null;
  readonly figures: Availability | undefined;
  readonly onClose: () => void;
}

export function TypeDialog({ event, type, figures, onClose }: Props) {
  const t = useT();
  const queries = useQueryClient();
  const [form, setForm] = useState<TypeForm>(() => typeFormOf(type, event));
  const [attempt, setAttempt] = useState(0);
  const [isWhole, setWhole] = useState(type !== null);
  const save = useMutation({
    mutationFn: () => {
      const body = typeBodyOf(form, event);
      return type
        ? changeTicketType(event.event_id, type.ticket_type_id, event.version, body)
        : addTicketType(event.event_id, body);
    },
    onSuccess: (answer) => {
      rememberEvent(queries, answer);
      onClose();
    },
    // Typed values stay; the next attempt is made on what the event is now.
    onError: (error) => {
      // What is wrong is in sight.
      if (isProblem(error, "validation")) setWhole(true);
      if (isProblem(error, "version-stale")) {
        void queries.invalidateQueries(eventQuery(event.event_id));
      }
    },
  });
  const own = figures?.ticket_types.find((one) => one.ticket_type_id === type?.ticket_type_id);
  const taken = (own?.sold ?? 0) + (own?.held ?? 0);
  const faults = typeFaultsOf(form, { event, type, taken });
  const refused: Partial<Record<keyof TypeForm, string>> = {};
  const problems = isProblem(save.error, "validation") ? save.error.errors : [];
  for (const { pointer, detail } of problems) {
    const field = typedField(pointer);
    if (field) refused[field] ??= detail;
  }
  const isPlaced = problems.length > 0 && problems.every((one) => typedField(one.pointer) !== null);
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault();
    setAttempt((count) => count + 1);
    const first = Object.keys(faults)[0];
    if (first) {
      const field = document.getElementById(`type-${first}`);
      field?.closest("details")?.setAttribute("open", "");
      field?.focus();
    } else save.mutate();
  };
  return (
    <Dialog
      isOpen
      title={type ? t("type.dialog.edit", { name: type.name }) : t("tickets.add")}
      onClose={onClose}
    >
      <form noValidate className="flex flex-col gap-5" onSubmit={submit}>
        <TypeFields
          event={event}
          form={form}
          faults={attempt > 0 ? faults : liveFaults(faults)}
          refused={refused}
          isWhole={isWhole}
          onChange={(part, value) => {
            save.reset();
            setForm((now) => ({ ...now, [part]: value }));
          }}
        />
        {save.isError && !isPlaced && <ErrorPanel error={save.error} />}
        <div className="flex flex-col justify-end gap-3 sm:flex-row">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="primary" isBusy={save.isPending}>
            {type ? t("save.action") : t("tickets.add")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What is said while typing already: that figures don't fit together. Missing values can wait. */
function liveFaults(faults: ReturnType<typeof typeFaultsOf>) {
  const { allocation, sale_starts, sale_ends } = faults;
  return {
    ...(allocation && { allocation }),
    ...(sale_starts && { sale_starts }),
    ...(sale_ends && { sale_ends }),
  };
}
