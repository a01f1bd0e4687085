// Logs out, and leaves nothing in the browser. Asks first where tickets are on hold.
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { problemText } from "../../shared/i18n/problemText";
import { serverNow } from "../../shared/lib/clock";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { release } from "../booking/commands";
import { type Remembered, remembered } from "../booking/memory";
import { useT } from "../i18n/useT";
import { logOut } from "./commands";

interface Props {
  readonly label: string;
  readonly isEverywhere?: boolean;
  readonly icon?: ReactNode;
  readonly className?: string;
}

export function LogOutButton({ label, isEverywhere = false, icon, className }: Props) {
  const t = useT();
  const [isAsking, setAsking] = useState(false);
  const leave = useMutation({
    mutationFn: async () => {
      // A hold that is being paid stays: the mail with its tickets comes all the same.
      await Promise.allSettled(held().map((hold) => release(hold.eventId, hold.id)));
      await logOut(isEverywhere);
    },
    // What the page shows and remembers goes with it.
    onSuccess: () => window.location.reload(),
    onSettled: () => setAsking(false),
  });
  const ask = () => (held().length > 0 ? setAsking(true) : leave.mutate());
  return (
    <>
      <Button icon={icon} className={className} isBusy={leave.isPending} onClick={ask}>
        {label}
      </Button>
      {leave.isError && (
        <p role="alert" className="text-danger">
          {problemText(leave.error, t)}
        </p>
      )}
      <Dialog
        isOpen={isAsking}
        title={t("account.logout.title")}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t("account.logout.stay")}</Button>
            <Button tone="danger" isBusy={leave.isPending} onClick={() => leave.mutate()}>
              {t("account.logout.release")}
            </Button>
          </>
        }
      >
        <p>{t("account.logout.text")}</p>
      </Dialog>
    </>
  );
}

/** Tickets of this browser that nobody else can buy yet. */
function held(): readonly Remembered[] {
  return remembered().filter((one) => !one.isOrder && Date.parse(one.expiresAt) > serverNow());
}
