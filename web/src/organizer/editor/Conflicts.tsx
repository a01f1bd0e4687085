// Fields that somebody else changed at the same time: both values stand here until one is chosen.
import { GitMerge } from "lucide-react";
import { useI18n } from "../../shared/i18n/context";
import { Button } from "../../shared/ui/Button";
import { Notice } from "../../shared/ui/Notice";
import { useT } from "../i18n/useT";
import { formatWall, parseWall } from "../kit/wallTime";
import { type Field, type Form, PARTS } from "./form";
import type { useEventEditor } from "./useEventEditor";

export function Conflicts({ editor }: { readonly editor: ReturnType<typeof useEventEditor> }) {
  const t = useT();
  const { theirs } = editor;
  if (!theirs) return null;
  return (
    <Notice tone="warn" role="alert" icon={<GitMerge size={22} />}>
      <p className="font-semibold">{t("conflict.title")}</p>
      <p className="text-sm">{t("conflict.text")}</p>
      <ul className="mt-3 flex flex-col gap-4">
        {editor.conflicts.map((field) => (
          <li key={field} className="flex flex-col gap-2">
            <p className="font-semibold">{t(`conflict.field.${field}`)}</p>
            <div className="grid gap-3 sm:grid-cols-2">
              <Side
                label={t("conflict.mine")}
                action={t("conflict.keep")}
                field={field}
                form={editor.form}
                onChoose={() => editor.decide(field, "mine")}
              />
              <Side
                label={t("conflict.theirs")}
                action={t("conflict.take")}
                field={field}
                form={theirs}
                onChoose={() => editor.decide(field, "theirs")}
              />
            </div>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

interface SideProps {
  readonly label: string;
  readonly action: string;
  readonly field: Field;
  readonly form: Form;
  readonly onChoose: () => void;
}

function Side({ label, action, field, form, onChoose }: SideProps) {
  const t = useT();
  const { locale } = useI18n();
  const text = PARTS[field]
    .map((part) => {
      const value = form[part];
      if (typeof value === "string") return value;
      const wall = parseWall(value.wall);
      return wall ? formatWall(wall, locale) : "";
    })
    .filter(Boolean)
    .join(", ");
  return (
    <div className="flex flex-col items-start gap-2 rounded-sm border border-border bg-bg p-3">
      <p className="text-sm text-muted">{label}</p>
      <p className="max-h-40 w-full overflow-auto whitespace-pre-wrap">{text || "–"}</p>
      <Button
        size="sm"
        onClick={onChoose}
        aria-label={`${action}: ${t(`conflict.field.${field}`)}`}
      >
        {action}
      </Button>
    </div>
  );
}
