// Where one is logged in, and ending it there.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { deviceName } from "../../shared/account/device";
import { localZone } from "../../shared/lib/time";
import { Badge } from "../../shared/ui/Badge";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Skeleton } from "../../shared/ui/Skeleton";
import { When } from "../../shared/ui/When";
import { useT } from "../i18n/useT";
import { endSession } from "./commands";
import { LogOutButton } from "./LogOutButton";
import { sessionsQuery } from "./queries";
import { Section } from "./Section";

export function SessionsSection() {
  const t = useT();
  const queries = useQueryClient();
  const sessions = useQuery(sessionsQuery);
  const end = useMutation({
    mutationFn: endSession,
    onSuccess: () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  return (
    <Section title={t("sessions.title")} lead={t("sessions.lead")}>
      {sessions.isPending && <Skeleton className="h-16" />}
      {sessions.isError && (
        <ErrorPanel error={sessions.error} onRetry={() => void sessions.refetch()} />
      )}
      {end.error && <ErrorPanel error={end.error} />}
      <ul className="divide-y divide-border">
        {sessions.data?.map((session) => (
          <li
            key={session.session_id}
            className="flex flex-wrap items-center justify-between gap-3 py-3"
          >
            <div className="flex min-w-0 flex-1 basis-40 items-start gap-3">
              <MonitorSmartphone
                size={20}
                aria-hidden="true"
                className="mt-0.5 shrink-0 text-muted"
              />
              <p className="min-w-0">
                <span className="block font-medium">
                  {deviceName(session.device) || t("sessions.unknown")}
                </span>
                <span className="text-sm text-muted">
                  <When at={session.last_used_at} zone={localZone()} />
                </span>
              </p>
            </div>
            {session.current ? (
              <Badge tone="info">{t("sessions.this")}</Badge>
            ) : (
              <Button
                size="sm"
                isBusy={end.isPending && end.variables === session.session_id}
                onClick={() => end.mutate(session.session_id)}
              >
                {t("sessions.end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <LogOutButton isEverywhere label={t("sessions.everywhere")} className="self-start" />
    </Section>
  );
}
