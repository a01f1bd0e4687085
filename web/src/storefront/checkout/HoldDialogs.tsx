// What is asked and shown before the tickets of a hold are given back, or are paid for elsewhere.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "../../shared/ui/Button";
import { CopyField } from "../../shared/ui/CopyField";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { toast } from "../../shared/ui/toasts";
import { accessToken, linkWithAccess } from "../booking/access";
import { release } from "../booking/commands";
import type { Reservation } from "../booking/queries";
import { useT } from "../i18n/useT";
import type { HoldAction } from "./HoldActions";

interface Props {
  readonly hold: Reservation;
  readonly open: HoldAction | null;
  readonly onClose: () => void;
}

/** Once on the page: it stays when the device is turned, and other buttons than the pressed one are shown. */
export function HoldDialogs({ hold, open, onClose }: Props) {
  const t = useT();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { event_id: eventId, reservation_id: reservationId } = hold;
  const token = accessToken(reservationId);
  const giveBack = useMutation({
    mutationFn: () => release(eventId, reservationId),
    onSuccess: () => {
      onClose();
      toast(t("box.mine.released"), "success");
      void queries.invalidateQueries({ queryKey: ["reservation", reservationId] });
      void navigate({ to: "/events/$eventId", params: { eventId } });
    },
  });
  return (
    <>
      <Dialog isOpen={open === "device"} title={t("pay.otherDevice")} onClose={onClose}>
        <div className="flex flex-col gap-3">
          <p>{t("pay.otherDevice.text")}</p>
          <CopyField
            label={t("pay.link")}
            value={linkWithAccess(`/events/${eventId}/checkout/${reservationId}`, token ?? "")}
          />
        </div>
      </Dialog>
      <Dialog
        isOpen={open === "release"}
        title={t("pay.release.title")}
        onClose={onClose}
        actions={
          <>
            <Button onClick={onClose}>{t("pay.release.keep")}</Button>
            <Button tone="danger" isBusy={giveBack.isPending} onClick={() => giveBack.mutate()}>
              {t("pay.release")}
            </Button>
          </>
        }
      >
        <p>{t("pay.release.text")}</p>
        {giveBack.isError && <ErrorPanel error={giveBack.error} />}
      </Dialog>
    </>
  );
}
