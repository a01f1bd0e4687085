// The people of an organisation, their roles, and invitations.
import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { PageHeading } from "../../shared/ui/PageHeading";
import { Skeleton } from "../../shared/ui/Skeleton";
import { ForbiddenPage } from "../desk/ForbiddenPage";
import { useDesk } from "../desk/useDesk";
import { WelcomePage } from "../desk/WelcomePage";
import { useT } from "../i18n/useT";
import { Invitations } from "./Invitations";
import { InviteDialog } from "./InviteDialog";
import { Members } from "./Members";
import { invitationsQuery, membersQuery } from "./queries";

export function TeamPage() {
  const t = useT();
  const { organizationId, may } = useDesk();
  if (!organizationId) return <WelcomePage />;
  if (!may("team")) return <ForbiddenPage title={t("team.title")} />;
  return <Team organizationId={organizationId} mayInvite={may("invite")} />;
}

interface Props {
  readonly organizationId: string;
  readonly mayInvite: boolean;
}

function Team({ organizationId, mayInvite }: Props) {
  const t = useT();
  const [isInviting, setInviting] = useState(false);
  const members = useQuery(membersQuery(organizationId));
  const invitations = useQuery(invitationsQuery(organizationId));
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <PageHeading title={t("team.title")} />
        {mayInvite && (
          <Button
            tone="primary"
            icon={<UserPlus size={18} aria-hidden="true" />}
            onClick={() => setInviting(true)}
          >
            {t("team.invite")}
          </Button>
        )}
      </div>
      {(members.isPending || invitations.isPending) && (
        <Loading>
          <Skeleton className="h-48 w-full" />
        </Loading>
      )}
      {members.isError && (
        <ErrorPanel error={members.error} onRetry={() => void members.refetch()} />
      )}
      {members.data && <Members organizationId={organizationId} members={members.data} />}
      {invitations.isError && (
        <ErrorPanel error={invitations.error} onRetry={() => void invitations.refetch()} />
      )}
      {invitations.data && invitations.data.length > 0 && (
        <Invitations
          organizationId={organizationId}
          invitations={invitations.data}
          mayRevoke={mayInvite}
        />
      )}
      {isInviting && (
        <InviteDialog organizationId={organizationId} onClose={() => setInviting(false)} />
      )}
    </div>
  );
}
