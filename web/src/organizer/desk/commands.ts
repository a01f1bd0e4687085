// What the desk does about organisations.
import { api, unwrap } from "../../shared/api/client";
import { once } from "../../shared/api/idempotency";

export function createOrganization(name: string) {
  return once("create-organization", { name }, (key) =>
    unwrap(
      api.POST("/api/v1/organizations", {
        params: { header: { "Idempotency-Key": key } },
        body: { name },
      }),
    ),
  );
}
