// The frame of pages that ask who somebody is.
import type { ReactNode } from "react";
import { PageHeading } from "../../shared/ui/PageHeading";

interface Props {
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
}

export function AuthCard({ title, lead, children }: Props) {
  return (
    <div className="mx-auto flex w-full max-w-md flex-col gap-5 py-6 sm:py-10">
      <div>
        {/* Another title is another step: it takes the focus. */}
        <PageHeading key={title} title={title} />
        {lead && <p className="mt-1 text-muted">{lead}</p>}
      </div>
      <div className="card flex flex-col gap-5 p-5 sm:p-6">{children}</div>
    </div>
  );
}
