// One ticket as large as the screen, kept awake, for the door.
import { ChevronLeft, ChevronRight, Sun } from "lucide-react";
import { useEffect } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import type { Ticket } from "../booking/queries";
import { useT } from "../i18n/useT";
import { QrCode } from "./QrCode";

interface Props {
  readonly event: EventView;
  readonly tickets: readonly Ticket[];
  readonly orderId: string;
  readonly shown: number | null;
  readonly onShow: (index: number | null) => void;
}

export function TicketDialog({ event, tickets, orderId, shown, onShow }: Props) {
  const t = useT();
  const isOpen = shown !== null;
  useScreenAwake(isOpen);
  const ticket = shown === null ? undefined : tickets[shown];
  const type = event.ticket_types.find((one) => one.ticket_type_id === ticket?.ticket_type_id);
  const name = type?.name ?? t("box.title");
  const index = (shown ?? 0) + 1;
  return (
    <Dialog
      isOpen={isOpen}
      title={t("order.ticket", { index, count: tickets.length })}
      onClose={() => onShow(null)}
    >
      {ticket && (
        <div className="flex flex-col items-center gap-4 text-center">
          <QrCode
            ticket={ticket}
            orderId={orderId}
            alt={t("order.ticket.qr", { index, name })}
            className="w-full max-w-96 h-auto"
          />
          <p dir="auto" className="text-lg font-bold" aria-live="polite">
            {name}
          </p>
          <p className="flex items-center gap-2 text-sm text-muted">
            <Sun size={16} aria-hidden="true" />
            {t("order.ticket.bright")}
          </p>
          {tickets.length > 1 && (
            <div className="flex gap-3">
              <Button
                aria-label={t("order.ticket.previous")}
                isDisabled={index === 1}
                onClick={() => onShow(index - 2)}
              >
                <ChevronLeft size={20} aria-hidden="true" />
              </Button>
              <Button
                aria-label={t("order.ticket.next")}
                isDisabled={index === tickets.length}
                onClick={() => onShow(index)}
              >
                <ChevronRight size={20} aria-hidden="true" />
              </Button>
            </div>
          )}
        </div>
      )}
    </Dialog>
  );
}

/** Keeps the screen on where the browser can. */
function useScreenAwake(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted || !("wakeLock" in navigator)) return;
    const lock = navigator.wakeLock.request("screen").catch(() => null);
    return () => void lock.then((held) => held?.release());
  }, [isWanted]);
}
