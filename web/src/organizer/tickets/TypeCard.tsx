// One ticket type: its terms, its figures, and why so many can be sold right now.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import type { EventView, TicketTypeView } from "../../shared/catalogue/queries";
import { eventQuery } from "../../shared/catalogue/queries";
import { useI18n } from "../../shared/i18n/context";
import { problemText } from "../../shared/i18n/problemText";
import { formatMoney } from "../../shared/lib/money";
import type { Availability } from "../../shared/live/useAvailability";
import { Badge } from "../../shared/ui/Badge";
import { Button } from "../../shared/ui/Button";
import { When } from "../../shared/ui/When";
import { changeTicketType, rememberEvent } from "../event/commands";
import { useT } from "../i18n/useT";
import { type Sellable, sellable } from "./sellable";

interface Props {
  readonly event: EventView;
  readonly type: TicketTypeView;
  readonly figures: Availability | undefined;
  readonly isReadOnly: boolean;
  readonly onEdit: () => void;
}

export function TypeCard({ event, type, figures, isReadOnly, onEdit }: Props) {
  const t = useT();
  const queries = useQueryClient();
  const toggle = useMutation({
    mutationFn: () =>
      changeTicketType(event.event_id, type.ticket_type_id, event.version, {
        enabled: !type.enabled,
      }),
    onSuccess: (answer) => rememberEvent(queries, answer),
    onError: () => void queries.invalidateQueries(eventQuery(event.event_id)),
  });
  const own = figures?.ticket_types.find((one) => one.ticket_type_id === type.ticket_type_id);
  return (
    <article className="card flex h-full flex-col gap-4 p-5">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 dir="auto" className="text-lg font-bold [overflow-wrap:anywhere]">
            {type.name}
          </h2>
          <p className="tabular font-semibold">
            <Price type={type} currency={event.currency} />
          </p>
        </div>
        <Badge tone={type.enabled ? "success" : "neutral"}>
          {t(type.enabled ? "type.enabled" : "type.disabled")}
        </Badge>
      </div>
      {type.description && (
        <p className="text-sm text-muted">
          <bdi>{type.description}</bdi>
        </p>
      )}
      <dl className="tabular grid grid-cols-3 gap-3 text-sm">
        <Figure label={t("type.sold")} value={own?.sold} />
        <Figure label={t("type.held")} value={own?.held} />
        <Figure label={t("type.allocation")} value={type.allocation ?? t("type.none")} />
      </dl>
      {figures && own && <Explanation of={sellable(own, figures)} />}
      {(type.sale_starts_at || type.sale_ends_at) && (
        <p className="flex flex-wrap gap-x-2 text-sm text-muted">
          {t("type.window")}
          {type.sale_starts_at && <When at={type.sale_starts_at} zone={event.time_zone} />}
          <span aria-hidden="true">–</span>
          {type.sale_ends_at && <When at={type.sale_ends_at} zone={event.time_zone} />}
        </p>
      )}
      {toggle.isError && (
        <p role="alert" className="text-sm font-medium text-danger">
          {problemText(toggle.error, t)}
        </p>
      )}
      {!isReadOnly && (
        <div className="mt-auto flex gap-2">
          <Button
            size="sm"
            icon={<Pencil size={16} aria-hidden="true" />}
            aria-label={t("type.edit.label", { name: type.name })}
            onClick={onEdit}
          >
            {t("type.edit")}
          </Button>
          <Button size="sm" tone="quiet" isBusy={toggle.isPending} onClick={() => toggle.mutate()}>
            {t(type.enabled ? "type.disable" : "type.enable")}
          </Button>
        </div>
      )}
    </article>
  );
}

function Figure({
  label,
  value,
}: {
  readonly label: string;
  readonly value: number | string | undefined;
}) {
  const { locale } = useI18n();
  const text = typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  return (
    <div>
      <dt className="text-muted">{label}</dt>
      <dd className="text-lg font-bold">{text ?? "–"}</dd>
    </div>
  );
}

function Explanation({ of }: { readonly of: Sellable }) {
  const t = useT();
  const why = () => {
    const ofType = of.ofType ?? 0;
    const ofEvent = of.ofEvent ?? 0;
    switch (of.limit) {
      case "disabled":
        return t("sellable.disabled");
      case "no-capacity":
        return t("sellable.no-capacity");
      case "allocation":
        return t("sellable.allocation", { ofType, ofEvent });
      case "both":
        return t("sellable.both", { ofEvent });
      case "capacity":
        return of.ofType === null
          ? t("sellable.capacity", { ofEvent })
          : t("sellable.capacity.below", { ofType, ofEvent });
    }
  };
  return (
    <p className="rounded-sm bg-surface-2 p-3 text-sm">
      <strong>{t("sellable.count", { count: of.count })}</strong> {why()}
    </p>
  );
}

function Price({ type, currency }: { readonly type: TicketTypeView; readonly currency: string }) {
  const t = useT();
  const { locale } = useI18n();
  const money = (amount: number) => formatMoney({ amount, currency }, locale);
  switch (type.price.kind) {
    case "free":
      return t("type.free");
    case "fixed":
      return money(type.price.amount);
    case "pay_what_you_want":
      return t("type.named", {
        minimum: money(type.price.minimum),
        maximum: money(type.price.maximum),
      });
  }
}
