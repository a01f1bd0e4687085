// Enrols this device with the code of a link. If it works for an event already, it asks first.
import { useMutation } from "@tanstack/react-query";
import { ScanLine, TriangleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { isPassing, isProblem } from "../shared/api/problem";
import { Button } from "../shared/ui/Button";
import { ErrorPanel } from "../shared/ui/ErrorPanel";
import { Loading } from "../shared/ui/Loading";
import { PageHeading } from "../shared/ui/PageHeading";
import { Skeleton } from "../shared/ui/Skeleton";
import { enrol } from "./device/api";
import { dropCode } from "./device/code";
import { useDoor } from "./device/door";
import { useT } from "./i18n";
import { StandingPanel } from "./StandingPanel";

interface Props {
  readonly code: string;
  readonly onDone: () => void;
}

export function EnrolPage({ code, onDone }: Props) {
  const t = useT();
  const door = useDoor();
  const isBegun = useRef(false);
  const enrolling = useMutation({
    mutationFn: () => enrol(code),
    retry: (failures, error) => isPassing(error) && failures < 3,
    onSuccess: () => {
      dropCode();
      onDone();
    },
  });
  const { mutate } = enrolling;
  const isInUse = door.standing === "active";
  const mayBegin = door.standing !== "asking" && door.standing !== "closed" && !isInUse;
  useEffect(() => {
    if (!mayBegin || isBegun.current) return;
    isBegun.current = true;
    mutate();
  }, [mayBegin, mutate]);
  const leave = () => {
    dropCode();
    onDone();
  };
  const isOver = isProblem(enrolling.error, "code-over");
  return (
    <>
      <PageHeading title={t("enrol.title")} />
      {door.standing === "closed" && (
        <StandingPanel icon={<TriangleAlert size={32} />} title={t("door.closed")}>
          {t("door.closed.text")}
        </StandingPanel>
      )}
      {isInUse && enrolling.isIdle && (
        <StandingPanel
          icon={<ScanLine size={32} />}
          tone="warn"
          title={t("enrol.again", { title: door.event?.title ?? "" })}
        >
          <p>{t("enrol.again.text")}</p>
          <p className="mt-4 flex flex-wrap justify-center gap-3">
            <Button onClick={leave}>{t("enrol.again.no")}</Button>
            <Button tone="primary" onClick={() => enrolling.mutate()}>
              {t("enrol.again.yes")}
            </Button>
          </p>
        </StandingPanel>
      )}
      {isOver && (
        <StandingPanel icon={<TriangleAlert size={32} />} title={t("enrol.over")}>
          <p>{t("enrol.over.text")}</p>
          <p className="mt-4">
            <Button onClick={leave}>{t("action.close")}</Button>
          </p>
        </StandingPanel>
      )}
      {enrolling.isError && !isOver && (
        <ErrorPanel error={enrolling.error} onRetry={() => enrolling.mutate()} />
      )}
      {(enrolling.isPending || door.standing === "asking") && (
        <Loading>
          <p className="mb-4 text-muted">{t("enrol.working")}</p>
          <Skeleton className="h-40 w-full" />
        </Loading>
      )}
    </>
  );
}
