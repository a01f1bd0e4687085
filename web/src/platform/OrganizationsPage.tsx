// Every organisation of the platform: search, open its desk, suspend it.
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Building2 } from "lucide-react";
import { useState } from "react";
import { chooseOrganization } from "../organizer/desk/organization";
import { useStepUp } from "../organizer/desk/StepUp";
import { useT } from "../organizer/i18n/useT";
import { MoreRows } from "../organizer/kit/MoreRows";
import { EmptyState } from "../shared/ui/EmptyState";
import { ConfirmDialog, type Question } from "./ConfirmDialog";
import { setSuspended } from "./commands";
import { ListFilters } from "./ListFilters";
import { OrganizationsTable } from "./OrganizationsTable";
import { PlatformFrame } from "./PlatformFrame";
import { organizationsQuery, type PlatformOrganization } from "./queries";

export function OrganizationsPage() {
  const t = useT();
  const guarded = useStepUp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: "/platform/organizations" });
  const organizations = useInfiniteQuery(organizationsQuery(search));
  const isFiltered = Object.keys(search).length > 0;
  const [question, setQuestion] = useState<Question | null>(null);
  const shown = organizations.data?.pages.flatMap((page) => page.data) ?? [];
  const open = (one: PlatformOrganization) => {
    chooseOrganization(one.organization_id);
    void navigate({ to: "/" });
  };
  const change = (one: PlatformOrganization) => {
    const isActive = one.state === "ACTIVE";
    const what = isActive ? "suspend" : "resume";
    setQuestion({
      title: t(`organizations.${what}.title`, { name: one.name }),
      text: t(`organizations.${what}.text`),
      action: t(`platform.${what}`),
      isDangerous: isActive,
      run: async () => {
        await guarded(() => setSuspended("organizations", one.organization_id, isActive));
        await queries.invalidateQueries({ queryKey: ["platform", "organizations"] });
      },
    });
  };
  return (
    <PlatformFrame
      title={t("organizations.title")}
      error={organizations.error}
      isPending={organizations.isPending}
      onRetry={() => void organizations.refetch()}
      filters={
        <ListFilters
          placeholder={t("organizations.search")}
          search={search}
          onSearch={(next) =>
            void navigate({ to: "/platform/organizations", search: next, replace: true })
          }
        />
      }
    >
      {organizations.isSuccess && shown.length === 0 && (
        <EmptyState
          icon={<Building2 size={28} />}
          title={t(isFiltered ? "platform.none" : "organizations.none")}
        >
          {isFiltered && <p>{t("platform.none.text")}</p>}
        </EmptyState>
      )}
      {shown.length > 0 && (
        <OrganizationsTable organizations={shown} onOpen={open} onChange={change} />
      )}
      <MoreRows
        isSearch={false}
        shown={shown.length}
        hasMore={organizations.hasNextPage}
        isBusy={organizations.isFetchingNextPage}
        onMore={() => void organizations.fetchNextPage()}
      />
      <ConfirmDialog question={question} onClose={() => setQuestion(null)} />
    </PlatformFrame>
  );
}
