// Whether everything typed is on the server, at the bottom where it is always seen.
import { Check, CircleAlert, CloudOff, PencilLine } from "lucide-react";
import { Button } from "../../shared/ui/Button";
import { Spinner } from "../../shared/ui/Spinner";
import { useT } from "../i18n/useT";
import type { Saving, useEventEditor } from "./useEventEditor";

interface Props {
  readonly editor: ReturnType<typeof useEventEditor>;
  readonly isAutomatic: boolean;
}

const ICONS = {
  saved: Check,
  typing: PencilLine,
  waiting: CloudOff,
  refused: CircleAlert,
  conflict: CircleAlert,
};

function Sign({ saving }: { readonly saving: Saving }) {
  if (saving === "saving") return <Spinner />;
  const Icon = ICONS[saving];
  return <Icon size={18} aria-hidden="true" className="shrink-0" />;
}

export function SaveBar({ editor, isAutomatic }: Props) {
  const t = useT();
  const { saving } = editor;
  const isBad = saving === "refused" || saving === "conflict" || saving === "waiting";
  return (
    <div className="sticky bottom-0 -mx-4 -mb-6 flex min-h-16 flex-wrap items-center justify-between gap-3 border-t border-border bg-bg px-4 py-3 sm:-mx-8 sm:-mb-8 sm:px-8">
      <p
        role="status"
        className={
          isBad
            ? "flex items-center gap-2 text-sm font-semibold text-warn"
            : "flex items-center gap-2 text-sm text-muted"
        }
      >
        <Sign saving={saving} />
        {saving === "saved" && !isAutomatic ? t("save.live") : t(`save.${saving}`)}
      </p>
      {!isAutomatic && (
        <div className="flex gap-2">
          <Button size="sm" isDisabled={!editor.isDirty} onClick={editor.discard}>
            {t("save.discard")}
          </Button>
          <Button
            size="sm"
            tone="primary"
            isDisabled={!editor.canSend}
            isBusy={saving === "saving"}
            onClick={editor.save}
          >
            {t("save.action")}
          </Button>
        </div>
      )}
    </div>
  );
}
