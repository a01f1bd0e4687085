// The tickets are free again: what that means, and one press to hold them once more.
import { Link } from "@tanstack/react-router";
import { TimerOff } from "lucide-react";
import { useEffect } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { Button } from "../../shared/ui/Button";
import { buttonClass } from "../../shared/ui/buttonClass";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { PageHeading } from "../../shared/ui/PageHeading";
import { recallContact } from "../booking/contactDraft";
import { forgetBooking } from "../booking/memory";
import type { Reservation } from "../booking/queries";
import { useT } from "../i18n/useT";
import { toLines } from "./items";
import { OrderSummary } from "./OrderSummary";
import { useHold } from "./useHold";

interface Props {
  readonly event: EventView;
  readonly hold: Reservation;
  /** A payment was on its way when the time ran out. */
  readonly wasPaying: boolean;
}

export function HoldOver({ event, hold, wasPaying }: Props) {
  const t = useT();
  const again = useHold(event);
  useEffect(() => forgetBooking(hold.reservation_id), [hold.reservation_id]);
  const draft = recallContact();
  const contact = {
    email: hold.contact?.email ?? draft.email,
    name: hold.contact?.name ?? draft.name,
  };
  const isReleased = hold.status === "RELEASED";
  const text = isReleased
    ? t("pay.released.text")
    : wasPaying
      ? t("pay.expired.paying")
      : t("pay.expired.text");
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-5 py-4">
      <PageHeading title={isReleased ? t("pay.released.title") : t("pay.expired.title")} />
      <Notice tone="warn" role="status" icon={<TimerOff size={22} className="text-warn" />}>
        <p>{text}</p>
      </Notice>
      <OrderSummary event={event} items={hold.items} />
      {again.isError && <ErrorPanel error={again.error} />}
      <div className="flex flex-wrap gap-3">
        <Button
          tone="primary"
          isBusy={again.isPending}
          isDisabled={contact.email === ""}
          onClick={() => again.mutate({ lines: toLines(event, hold.items), contact })}
        >
          {t("pay.expired.again")}
        </Button>
        <Link
          to="/events/$eventId"
          params={{ eventId: event.event_id }}
          className={buttonClass("secondary")}
        >
          {t("pay.expired.choose")}
        </Link>
      </div>
    </div>
  );
}
