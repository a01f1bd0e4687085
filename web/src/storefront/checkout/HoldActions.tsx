// Give the tickets back, or go on on another device.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Smartphone, Undo2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../shared/ui/Button";
import { CopyField } from "../../shared/ui/CopyField";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { toast } from "../../shared/ui/toasts";
import { accessToken, linkWithAccess } from "../booking/access";
import { release } from "../booking/commands";
import type { Reservation } from "../booking/queries";
import { useT } from "../i18n/useT";

interface Props {
  readonly hold: Reservation;
  readonly isUnderWay: boolean;
}

export function HoldActions({ hold, isUnderWay }: Props) {
  const t = useT();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"none" | "release" | "device">("none");
  const { event_id: eventId, reservation_id: reservationId } = hold;
  const token = accessToken(reservationId);
  const close = () => setOpen("none");
  const giveBack = useMutation({
    mutationFn: () => release(eventId, reservationId),
    onSuccess: () => {
      close();
      toast(t("box.mine.released"), "success");
      void queries.invalidateQueries({ queryKey: ["reservation", reservationId] });
      void navigate({ to: "/events/$eventId", params: { eventId } });
    },
  });
  return (
    <div className="flex flex-wrap gap-2">
      {token && (
        <Button
          size="sm"
          icon={<Smartphone size={16} aria-hidden="true" />}
          onClick={() => setOpen("device")}
        >
          {t("pay.otherDevice")}
        </Button>
      )}
      <Button
        size="sm"
        isDisabled={isUnderWay}
        icon={<Undo2 size={16} aria-hidden="true" />}
        onClick={() => setOpen("release")}
      >
        {t("pay.release")}
      </Button>
      <Dialog isOpen={open === "device"} title={t("pay.otherDevice")} onClose={close}>
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
        onClose={close}
        actions={
          <>
            <Button onClick={close}>{t("pay.release.keep")}</Button>
            <Button tone="danger" isBusy={giveBack.isPending} onClick={() => giveBack.mutate()}>
              {t("pay.release")}
            </Button>
          </>
        }
      >
        <p>{t("pay.release.text")}</p>
        {giveBack.isError && <ErrorPanel error={giveBack.error} />}
      </Dialog>
    </div>
  );
}
