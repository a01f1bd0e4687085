// What people with disabilities can rely on here.
import { PageHeading } from "../../shared/ui/PageHeading";
import { useT } from "../i18n/useT";

const TOPICS = ["time", "motion", "tell"] as const;

export function AccessibilityPage() {
  const t = useT();
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-6 py-6">
      <PageHeading title={t("access.title")} />
      <p className="text-lg">{t("access.goal")}</p>
      {TOPICS.map((topic) => (
        <section key={topic} aria-labelledby={topic}>
          <h2 id={topic} className="text-lg font-bold">
            {t(`access.${topic}.title`)}
          </h2>
          <p className="mt-1 text-muted">{t(`access.${topic}.text`)}</p>
        </section>
      ))}
    </div>
  );
}
