// The buyer's own unfinished hold: never mistaken for “sold out”, and given back with one press.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ticket } from "lucide-react";
import { serverNow } from "../../../shared/lib/clock";
import { availabilityKey } from "../../../shared/live/useAvailability";
import { Button } from "../../../shared/ui/Button";
import { buttonClass } from "../../../shared/ui/buttonClass";
import { ErrorPanel } from "../../../shared/ui/ErrorPanel";
import { HoldTimer } from "../../../shared/ui/HoldTimer";
import { Notice } from "../../../shared/ui/Notice";
import { toast } from "../../../shared/ui/toasts";
import { release } from "../../booking/commands";
import { forgetBooking, useRemembered } from "../../booking/memory";
import { reservationQuery } from "../../booking/queries";
import { useT } from "../../i18n/useT";

export function MyHold({ eventId }: { readonly eventId: string }) {
  const bookings = useRemembered();
  const hold = bookings.find(
    (one) => one.eventId === eventId && !one.isOrder && Date.parse(one.expiresAt) > serverNow(),
  );
  return hold ? <Hold key={hold.id} eventId={eventId} reservationId={hold.id} /> : null;
}

interface Props {
  readonly eventId: string;
  readonly reservationId: string;
}

function Hold({ eventId, reservationId }: Props) {
  const t = useT();
  const queries = useQueryClient();
  const { data: hold } = useQuery(reservationQuery(reservationId));
  const giveBack = useMutation({
    mutationFn: () => release(eventId, reservationId),
    onSuccess: () => {
      toast(t("box.mine.released"), "success");
      void queries.invalidateQueries({ queryKey: ["reservation", reservationId] });
      void queries.invalidateQueries({ queryKey: availabilityKey(eventId) });
    },
  });
  if (hold?.status !== "ACTIVE") return null;
  const count = hold.items.reduce((sum, item) => sum + item.quantity, 0);
  return (
    <Notice icon={<Ticket size={22} className="text-primary" />}>
      <div className="flex flex-col gap-3">
        <div>
          <h2 className="font-bold">{t("box.mine.title")}</h2>
          <p>{t("box.mine.text", { count })}</p>
        </div>
        <HoldTimer expiresAt={hold.expires_at} onOver={() => forgetBooking(reservationId)} />
        <div className="flex flex-wrap gap-3">
          <Link
            to="/events/$eventId/checkout/$reservationId"
            params={{ eventId, reservationId }}
            className={buttonClass("primary")}
          >
            {t("box.mine.continue")}
          </Link>
          <Button isBusy={giveBack.isPending} onClick={() => giveBack.mutate()}>
            {t("box.mine.release")}
          </Button>
        </div>
        {giveBack.isError && <ErrorPanel error={giveBack.error} />}
      </div>
    </Notice>
  );
}
