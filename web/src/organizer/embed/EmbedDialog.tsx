// Tickets on the organizer's own site: what to paste there, and how it can look.
import { useId, useState } from "react";
import { CopyField } from "../../shared/ui/CopyField";
import { Dialog } from "../../shared/ui/Dialog";
import { SelectField } from "../../shared/ui/SelectField";
import { useT } from "../i18n/useT";
import { elementFor, scriptFor } from "./snippet";

interface Props {
  readonly eventId: string;
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const CODE =
  "rounded-sm bg-surface-2 p-3 font-mono text-xs text-text whitespace-pre-wrap [overflow-wrap:anywhere]";

export function EmbedDialog({ eventId, title, isOpen, onClose }: Props) {
  const t = useT();
  const id = useId();
  const [language, setLanguage] = useState("");
  const [theme, setTheme] = useState("");
  const { origin } = window.location;
  return (
    <Dialog isOpen={isOpen} title={t("embed.title")} onClose={onClose}>
      <div className="flex flex-col gap-5">
        <p>{t("embed.text")}</p>
        <CopyField label={t("embed.script")} value={scriptFor(origin)} />
        <CopyField
          label={t("embed.element")}
          value={elementFor({ origin, eventId, title, language, theme })}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label={t("embed.language")}
            value={language}
            onChange={(event) => setLanguage(event.target.value)}
          >
            <option value="">{t("embed.language.visitor")}</option>
            <option value="en">English</option>
            <option value="de">Deutsch</option>
          </SelectField>
          <SelectField
            label={t("embed.theme")}
            value={theme}
            onChange={(event) => setTheme(event.target.value)}
          >
            <option value="">{t("embed.theme.visitor")}</option>
            <option value="light">{t("embed.theme.light")}</option>
            <option value="dark">{t("embed.theme.dark")}</option>
          </SelectField>
        </div>
        <section aria-labelledby={id} className="flex flex-col gap-2 text-sm text-muted">
          <h3 id={id} className="font-semibold text-text">
            {t("embed.more")}
          </h3>
          <p>{t("embed.colours")}</p>
          <pre className={CODE}>
            {"fullhouse-event {\n  --fullhouse-accent: #0a6;\n  --fullhouse-radius: 4px;\n}"}
          </pre>
          <p>{t("embed.policy")}</p>
          <pre className={CODE}>{`script-src ${origin};\nconnect-src ${origin}`}</pre>
        </section>
      </div>
    </Dialog>
  );
}
