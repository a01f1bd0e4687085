// How this device stands: its event and gates, how long it works, whether the server answers.
import { Ban, Clock, Lock, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { serverNow } from "../shared/lib/clock";
import { useNow } from "../shared/lib/useNow";
import { Button } from "../shared/ui/Button";
import { Loading } from "../shared/ui/Loading";
import { PageHeading } from "../shared/ui/PageHeading";
import { Skeleton } from "../shared/ui/Skeleton";
import { ActiveDoor } from "./ActiveDoor";
import { type Door, forget, useDoor } from "./device/door";
import { useT } from "./i18n";
import { NotEnrolled } from "./NotEnrolled";
import { StandingPanel } from "./StandingPanel";

export function DoorPage() {
  const t = useT();
  const door = useDoor();
  useNow(1_000); // a lease also ends while nobody answers
  switch (standingOf(door)) {
    case "asking":
      return (
        <Loading>
          <PageHeading title={t("scan.title")} className="mb-6" />
          <Skeleton className="h-48 w-full" />
        </Loading>
      );
    case "none":
      return <NotEnrolled />;
    case "active":
      return <ActiveDoor door={door} />;
    case "revoked":
      return (
        <Outside
          icon={<Ban size={40} />}
          title={t("door.revoked")}
          text={t("door.revoked.text")}
          door={door}
        />
      );
    case "over":
      return (
        <Outside
          icon={<Clock size={40} />}
          title={t("door.over")}
          text={t("door.over.text")}
          door={door}
        />
      );
    case "suspended":
      return (
        <Outside
          icon={<Lock size={40} />}
          title={t("door.suspended")}
          text={t("door.suspended.text")}
          door={door}
        />
      );
    case "unknown":
      return (
        <Outside
          icon={<TriangleAlert size={40} />}
          title={t("door.unknown")}
          text={t("door.unknown.text")}
          door={door}
        />
      );
    case "closed":
      return (
        <>
          <PageHeading title={t("scan.title")} />
          <StandingPanel icon={<TriangleAlert size={40} />} title={t("door.closed")}>
            {t("door.closed.text")}
          </StandingPanel>
        </>
      );
  }
}

/** A lease ends by itself, heard or not. */
function standingOf(door: Door): Door["standing"] {
  const ends = door.device?.lease_ends_at;
  const isOver = door.standing === "active" && ends && Date.parse(ends) <= serverNow();
  return isOver ? "over" : door.standing;
}

interface OutsideProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly door: Door;
}

function Outside({ icon, title, text, door }: OutsideProps) {
  const t = useT();
  return (
    <>
      <PageHeading title={door.event?.title ?? t("scan.title")} />
      <StandingPanel icon={icon} title={title}>
        <p>{text}</p>
        <p className="mt-6">
          <Button onClick={() => void forget()}>{t("door.forget")}</Button>
        </p>
      </StandingPanel>
    </>
  );
}
