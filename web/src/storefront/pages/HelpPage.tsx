// Answers to what buyers ask most.
import { PageHeading } from "../../shared/ui/PageHeading";
import { useT } from "../i18n/useT";

const TOPICS = ["pay", "hold", "declined", "lost", "cancelled"] as const;

export function HelpPage() {
  const t = useT();
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-6 py-6">
      <PageHeading title={t("help.title")} />
      {TOPICS.map((topic) => (
        <section key={topic} aria-labelledby={topic} className="card p-5">
          <h2 id={topic} className="text-lg font-bold">
            {t(`help.${topic}.title`)}
          </h2>
          <p className="mt-1 text-muted">{t(`help.${topic}.text`)}</p>
        </section>
      ))}
    </div>
  );
}
