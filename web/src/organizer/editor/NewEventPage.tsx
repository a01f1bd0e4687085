// A new event: title, start, zone and currency make a draft; how many tickets there are can be said here too.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { localZone } from "../../shared/lib/time";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { ErrorSummary } from "../../shared/ui/ErrorSummary";
import { PageHeading } from "../../shared/ui/PageHeading";
import { TextField } from "../../shared/ui/TextField";
import { ForbiddenPage } from "../desk/ForbiddenPage";
import { useDesk } from "../desk/useDesk";
import { draftEvent, MOST_TICKETS, rememberEvent } from "../event/commands";
import { useT } from "../i18n/useT";
import { wholeNumber } from "../kit/number";
import { useFirstField } from "../kit/useFirstField";
import { ZonedTimeField } from "../kit/ZonedTimeField";
import { ZoneField } from "../kit/ZoneField";
import { instantOf, NO_TIME, type ZonedTime } from "../kit/zonedTime";
import { CurrencyField } from "./CurrencyField";

export function NewEventPage() {
  const t = useT();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { organizationId, may } = useDesk();
  const [title, setTitle] = useState("");
  const [starts, setStarts] = useState<ZonedTime>(NO_TIME);
  const [zone, setZone] = useState(localZone());
  const [currency, setCurrency] = useState("EUR");
  const [typedCapacity, setTypedCapacity] = useState("");
  const [attempt, setAttempt] = useState(0);
  useFirstField("title");
  const capacity = wholeNumber(typedCapacity, 0, MOST_TICKETS);
  const isNoNumber = typedCapacity.trim() !== "" && capacity === null;
  const instant = instantOf(starts, zone);
  const create = useMutation({
    mutationFn: (at: string) =>
      draftEvent({
        title: title.trim(),
        starts_at: at,
        time_zone: zone,
        currency,
        ...(capacity !== null && { total_capacity: capacity }),
        ...(organizationId && { organization_id: organizationId }),
      }),
    onSuccess: async (answer) => {
      rememberEvent(queries, answer);
      await navigate({ to: "/events/$eventId/edit", params: { eventId: answer.event_id } });
    },
  });
  if (!may("edit")) return <ForbiddenPage title={t("create.title")} />;

  const refused = (pointer: string) =>
    isProblem(create.error, "validation")
      ? create.error.errors.find((one) => one.pointer === pointer)?.detail
      : undefined;
  const timeFault = "fault" in instant ? instant.fault : null;
  const errors = {
    title: title.trim() === "" ? t("edit.fault.required") : refused("/title"),
    starts_at: timeFault
      ? t(timeFault === "empty" ? "edit.fault.required" : `edit.fault.${timeFault}`)
      : refused("/starts_at"),
    time_zone: refused("/time_zone"),
    total_capacity: isNoNumber ? t("capacity.fault.number") : refused("/total_capacity"),
  };
  const labels = {
    title: t("edit.title"),
    starts_at: t("edit.starts"),
    time_zone: t("edit.zone"),
    total_capacity: t("capacity.label"),
  };
  const shown: Partial<typeof errors> = attempt > 0 ? errors : {};
  const items = Object.entries(shown).flatMap(([field, text]) =>
    text ? [{ field, text: `${labels[field as keyof typeof labels]}: ${text}` }] : [],
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempt((count) => count + 1);
    if (title.trim() !== "" && "at" in instant && !isNoNumber) create.mutate(instant.at);
  };
  return (
    <div className="flex max-w-2xl flex-col gap-6">
      <PageHeading title={t("create.title")} />
      <p className="text-muted">{t("create.text")}</p>
      <ErrorSummary items={items} attempt={attempt} />
      <form noValidate className="card flex flex-col gap-5 p-5" onSubmit={submit}>
        <TextField
          id="title"
          label={t("edit.title")}
          dir="auto"
          maxLength={200}
          value={title}
          error={shown.title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <ZonedTimeField
            id="starts_at"
            label={t("edit.starts")}
            zone={zone}
            value={starts}
            error={shown.starts_at}
            onChange={setStarts}
          />
          <ZoneField id="time_zone" value={zone} error={shown.time_zone} onChange={setZone} />
        </div>
        <div className="grid items-start gap-5 sm:grid-cols-2">
          <CurrencyField value={currency} onChange={setCurrency} />
          <TextField
            id="total_capacity"
            label={t("capacity.label")}
            hint={t("capacity.hint")}
            isOptional
            inputMode="numeric"
            autoComplete="off"
            value={typedCapacity}
            error={shown.total_capacity}
            onChange={(event) => setTypedCapacity(event.target.value)}
          />
        </div>
        {create.isError && items.length === 0 && <ErrorPanel error={create.error} />}
        <Button type="submit" tone="primary" isBusy={create.isPending}>
          {t("create.action")}
        </Button>
      </form>
    </div>
  );
}
