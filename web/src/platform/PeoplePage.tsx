// Everybody with an account: find by address, suspend, see with their eyes.
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Users } from "lucide-react";
import { useState } from "react";
import { useStepUp } from "../organizer/desk/StepUp";
import { useT } from "../organizer/i18n/useT";
import { MoreRows } from "../organizer/kit/MoreRows";
import { EmptyState } from "../shared/ui/EmptyState";
import { ConfirmDialog, type Question } from "./ConfirmDialog";
import { lookAs, setSuspended } from "./commands";
import { ListFilters } from "./ListFilters";
import { PeopleTable } from "./PeopleTable";
import { PlatformFrame } from "./PlatformFrame";
import { type PlatformPerson, peopleQuery } from "./queries";

export function PeoplePage() {
  const t = useT();
  const guarded = useStepUp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: "/platform/people" });
  const people = useInfiniteQuery(peopleQuery(search));
  const isFiltered = Object.keys(search).length > 0;
  const [question, setQuestion] = useState<Question | null>(null);
  const shown = people.data?.pages.flatMap((page) => page.data) ?? [];
  const nameOf = (one: PlatformPerson) => one.name ?? one.email ?? t("people.erased");
  const look = (one: PlatformPerson) =>
    setQuestion({
      title: t("people.look.title", { name: nameOf(one) }),
      text: t("people.look.text"),
      action: t("people.look.action"),
      isDangerous: false,
      run: async () => {
        await guarded(() => lookAs(one.account_id));
        // Nothing of the own account may be left in this page.
        window.location.assign("/organizer");
      },
    });
  const change = (one: PlatformPerson) => {
    const isActive = one.state === "ACTIVE";
    const what = isActive ? "suspend" : "resume";
    setQuestion({
      title: t(`people.${what}.title`, { name: nameOf(one) }),
      text: t(`people.${what}.text`),
      action: t(`platform.${what}`),
      isDangerous: isActive,
      run: async () => {
        await guarded(() => setSuspended("accounts", one.account_id, isActive));
        await queries.invalidateQueries({ queryKey: ["platform", "people"] });
      },
    });
  };
  return (
    <PlatformFrame
      title={t("people.title")}
      error={people.error}
      isPending={people.isPending}
      onRetry={() => void people.refetch()}
      filters={
        <ListFilters
          placeholder={t("people.search")}
          search={search}
          onSearch={(next) =>
            void navigate({ to: "/platform/people", search: next, replace: true })
          }
        />
      }
    >
      {people.isSuccess && shown.length === 0 && (
        <EmptyState
          icon={<Users size={28} />}
          title={t(isFiltered ? "platform.none" : "people.none")}
        >
          {isFiltered && <p>{t("platform.none.text")}</p>}
        </EmptyState>
      )}
      {shown.length > 0 && <PeopleTable people={shown} onLook={look} onChange={change} />}
      <MoreRows
        isSearch={false}
        shown={shown.length}
        hasMore={people.hasNextPage}
        isBusy={people.isFetchingNextPage}
        onMore={() => void people.fetchNextPage()}
      />
      <ConfirmDialog question={question} onClose={() => setQuestion(null)} />
    </PlatformFrame>
  );
}
