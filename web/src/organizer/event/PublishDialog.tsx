// Asks the server what stands in the way of publishing, leads to each field, and publishes when nothing does.
import { useIsMutating, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX } from "lucide-react";
import type { Schemas } from "../../shared/api/client";
import type { EventView } from "../../shared/catalogue/queries";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Spinner } from "../../shared/ui/Spinner";
import { toast } from "../../shared/ui/toasts";
import { useT } from "../i18n/useT";
import { publishEvent } from "./commands";
import { savingKey } from "./saving";

interface Props {
  readonly event: EventView;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function PublishDialog({ event, isOpen, onClose }: Props) {
  const t = useT();
  const queries = useQueryClient();
  const isSaving = useIsMutating({ mutationKey: savingKey(event.event_id) }) > 0;
  const dryRun = useQuery({
    queryKey: ["desk", "publishable", event.event_id, event.version],
    queryFn: () => publishEvent(event.event_id, true),
    enabled: isOpen && !isSaving,
    staleTime: 0,
    gcTime: 0,
  });
  const publish = useMutation({
    mutationFn: () => publishEvent(event.event_id, false),
    onSuccess: () => {
      queries.setQueryData<EventView>(
        ["event", event.event_id],
        (known) => known && { ...known, status: "PUBLISHED" },
      );
      void queries.invalidateQueries({ queryKey: ["desk", "events"] });
      void queries.invalidateQueries({ queryKey: ["availability", event.event_id] });
      toast(t("publish.done"), "success");
      onClose();
    },
    onError: () => void dryRun.refetch(),
  });
  const answer = dryRun.data;
  return (
    <Dialog
      isOpen={isOpen}
      title={t("publish.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            tone="primary"
            isDisabled={!answer?.publishable}
            isBusy={publish.isPending}
            onClick={() => publish.mutate()}
          >
            {t("event.publish")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4" aria-live="polite">
        {isSaving && <p>{t("publish.unsaved")}</p>}
        {dryRun.isFetching && (
          <p className="flex items-center gap-2 text-muted">
            <Spinner /> {t("publish.checking")}
          </p>
        )}
        {dryRun.isError && (
          <ErrorPanel error={dryRun.error} onRetry={() => void dryRun.refetch()} />
        )}
        {answer?.publishable && (
          <p className="flex gap-2">
            <CircleCheck size={22} aria-hidden="true" className="shrink-0 text-success" />
            {t("publish.ready")}
          </p>
        )}
        {answer && !answer.publishable && (
          <Blocking event={event} rules={answer.blocking} onLeave={onClose} />
        )}
        {answer && <Hints event={event} />}
        {publish.isError && <ErrorPanel error={publish.error} />}
      </div>
    </Dialog>
  );
}

interface BlockingProps {
  readonly event: EventView;
  readonly rules: readonly Schemas["FieldError"][];
  readonly onLeave: () => void;
}

const RULES = ["capacity-not-set", "no-ticket-type-enabled", "event-over"] as const;

function Blocking({ event, rules, onLeave }: BlockingProps) {
  const t = useT();
  return (
    <>
      <p>{t("publish.blocked", { count: rules.length })}</p>
      <ul className="flex flex-col gap-3">
        {rules.map((rule) => {
          const known = RULES.find((code) => code === rule.code);
          return (
            <li key={rule.pointer + rule.code} className="flex items-start gap-2">
              <CircleX size={20} aria-hidden="true" className="mt-0.5 shrink-0 text-danger" />
              <span className="flex-1">{known ? t(`publish.rule.${known}`) : rule.detail}</span>
              <Link
                to={placeOf(rule.pointer)}
                params={{ eventId: event.event_id }}
                hash={fieldOf(rule.pointer)}
                className="link inline-flex min-h-6 items-center font-semibold"
                onClick={onLeave}
              >
                {t("publish.fix")}
                <span className="sr-only">
                  : {known ? t(`publish.rule.${known}`) : rule.detail}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** The page with the field that a rule names. */
function placeOf(pointer: string) {
  const isTickets = pointer.startsWith("/total_capacity") || pointer.startsWith("/ticket_types");
  return isTickets ? "/events/$eventId/tickets" : "/events/$eventId/edit";
}

/** The id of the control: `/venue/name` is `venue-name`. */
function fieldOf(pointer: string): string {
  return pointer.slice(1).replaceAll("/", "-");
}

function Hints({ event }: { readonly event: EventView }) {
  const t = useT();
  const missing = [
    !event.image_url && t("publish.hint.image"),
    !event.venue && t("publish.hint.venue"),
    !event.description && t("publish.hint.description"),
  ].filter(Boolean);
  if (missing.length === 0) return null;
  return (
    <p className="text-sm text-muted">
      {t("publish.hint.title")} {missing.join(", ")}
    </p>
  );
}
