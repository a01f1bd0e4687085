// The place of an event page while it is being loaded.
import { Loading } from "../../shared/ui/Loading";
import { Skeleton } from "../../shared/ui/Skeleton";

export function EventSkeleton() {
  return (
    <Loading>
      <div className="grid gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <Skeleton className="h-40 rounded-lg sm:h-72 lg:col-span-2" />
        <div className="flex flex-col gap-4">
          <Skeleton className="h-6 w-24" />
          <Skeleton className="h-11 w-4/5" />
          <Skeleton className="h-6 w-3/5" />
          <Skeleton className="h-6 w-2/5" />
        </div>
        <Skeleton className="h-80 rounded-lg" />
      </div>
    </Loading>
  );
}
