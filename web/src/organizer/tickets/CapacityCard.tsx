// The capacity of the event, and how the types' allocations add up against it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import type { EventView } from "../../shared/catalogue/queries";
import { eventQuery } from "../../shared/catalogue/queries";
import { problemText } from "../../shared/i18n/problemText";
import type { Availability } from "../../shared/live/useAvailability";
import { Button } from "../../shared/ui/Button";
import { TextField } from "../../shared/ui/TextField";
import { toast } from "../../shared/ui/toasts";
import { MOST_TICKETS, rememberEvent, setCapacity } from "../event/commands";
import { useT } from "../i18n/useT";
import { wholeNumber } from "../kit/number";
import { allocated } from "./sellable";

interface Props {
  readonly event: EventView;
  readonly figures: Availability | undefined;
  readonly isReadOnly: boolean;
}

export function CapacityCard({ event, figures, isReadOnly }: Props) {
  const t = useT();
  const queries = useQueryClient();
  const known = event.total_capacity ?? null;
  const [typed, setTyped] = useState(known === null ? "" : String(known));
  useEffect(() => setTyped(known === null ? "" : String(known)), [known]);
  const capacity = wholeNumber(typed, 0, MOST_TICKETS);
  const set = useMutation({
    mutationFn: (value: number) => setCapacity(event.event_id, event.version, value),
    onSuccess: (answer) => {
      rememberEvent(queries, answer);
      toast(t("capacity.saved"), "success");
    },
    // What was typed stays; the next attempt is made on what the event is now.
    onError: (error) => {
      if (isProblem(error, "version-stale")) {
        void queries.invalidateQueries(eventQuery(event.event_id));
      }
    },
  });
  const sums = allocated(event.ticket_types, capacity ?? 0);
  const taken = (figures?.sold ?? 0) + (figures?.held ?? 0);
  const fault = () => {
    if (typed.trim() !== "" && capacity === null) return t("capacity.fault.number");
    if (capacity !== null && capacity < taken) return t("capacity.fault.below", { count: taken });
    if (sums.over > 0 && capacity !== null) return t("capacity.fault.over", { count: sums.over });
    if (set.isError) return problemText(set.error, t);
    return undefined;
  };
  const error = fault();
  const isNew = capacity !== null && capacity !== known;
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (capacity !== null && isNew) set.mutate(capacity);
  };
  return (
    <section className="card flex flex-col gap-4 p-5" aria-labelledby="capacity-title">
      <h2 id="capacity-title" className="text-lg font-bold">
        {t("capacity.title")}
      </h2>
      <form noValidate className="flex flex-wrap items-start gap-3" onSubmit={submit}>
        <TextField
          id="total_capacity"
          label={t("capacity.label")}
          hint={t("capacity.hint")}
          inputMode="numeric"
          fieldClassName="max-w-sm flex-1 basis-56"
          value={typed}
          disabled={isReadOnly}
          error={error}
          onChange={(change) => {
            set.reset();
            setTyped(change.target.value);
          }}
        />
        {!isReadOnly && (
          <Button
            type="submit"
            className="mt-7.5"
            isDisabled={!isNew || capacity < taken || sums.over > 0}
            isBusy={set.isPending}
          >
            {t("save.action")}
          </Button>
        )}
      </form>
      {capacity !== null && event.ticket_types.length > 0 && sums.over === 0 && (
        <p className="text-sm text-muted">
          {t("capacity.allocated", { sum: sums.sum, capacity })}{" "}
          {sums.hasOpenTypes
            ? t("capacity.open.shared", { count: sums.open })
            : sums.open > 0 && t("capacity.open.unused", { count: sums.open })}
        </p>
      )}
    </section>
  );
}
