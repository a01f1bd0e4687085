// Give the tickets back, or go on on another device.
import { Smartphone, Undo2 } from "lucide-react";
import { Button } from "../../shared/ui/Button";
import { accessToken } from "../booking/access";
import type { Reservation } from "../booking/queries";
import { useT } from "../i18n/useT";

export type HoldAction = "release" | "device";

interface Props {
  readonly hold: Reservation;
  readonly isUnderWay: boolean;
  readonly onOpen: (action: HoldAction) => void;
}

export function HoldActions({ hold, isUnderWay, onOpen }: Props) {
  const t = useT();
  return (
    <div className="flex flex-wrap gap-2">
      {accessToken(hold.reservation_id) && (
        <Button
          size="sm"
          icon={<Smartphone size={16} aria-hidden="true" />}
          onClick={() => onOpen("device")}
        >
          {t("pay.otherDevice")}
        </Button>
      )}
      <Button
        size="sm"
        isDisabled={isUnderWay}
        icon={<Undo2 size={16} aria-hidden="true" />}
        onClick={() => onOpen("release")}
      >
        {t("pay.release")}
      </Button>
    </div>
  );
}
