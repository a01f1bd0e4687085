// Everything told about an event and its rules of selling. A draft saves itself; what is on sale is saved by hand.
import { useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { PageHeading } from "../../shared/ui/PageHeading";
import { useDesk } from "../desk/useDesk";
import { useEvent } from "../event/useEvent";
import { useT } from "../i18n/useT";
import { Conflicts } from "./Conflicts";
import { EditorFields } from "./EditorFields";
import { SaveBar } from "./SaveBar";
import { useEventEditor } from "./useEventEditor";

export function EditorPage() {
  const t = useT();
  const event = useEvent();
  const { may } = useDesk();
  const hash = useLocation({ select: (location) => location.hash });
  const isClosed = event.status === "CANCELLED" || event.status === "COMPLETED";
  const isReadOnly = isClosed || !may("edit", event.organization_id);
  const isDraft = event.status === "DRAFT";
  const editor = useEventEditor(event, isDraft && !isReadOnly);

  // Publishing leads here, to the field that blocks it.
  useEffect(() => {
    if (hash) document.getElementById(hash)?.focus();
  }, [hash]);

  return (
    <div className="flex flex-col gap-6">
      <PageHeading title={t("edit.heading")} className="text-2xl!" />
      {isReadOnly && <Notice>{t(isClosed ? "edit.closed" : "edit.readOnly")}</Notice>}
      {editor.conflicts.length > 0 && <Conflicts editor={editor} />}
      {editor.error && editor.saving !== "waiting" && (
        <ErrorPanel error={editor.error} onRetry={editor.save} />
      )}
      <EditorFields eventId={event.event_id} editor={editor} isReadOnly={isReadOnly} />
      {!isReadOnly && <SaveBar editor={editor} isAutomatic={isDraft} />}
    </div>
  );
}
