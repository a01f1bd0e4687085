// The storefront.
import { RouterProvider } from "@tanstack/react-router";
import { followLeaving } from "../shared/lib/left";
import { start } from "../shared/start";
import "../shared/styles/base.css";
import { load } from "./i18n/load";
import { createShopRouter } from "./router";

followLeaving();
void start({
  load,
  app: async (queries) => {
    const router = createShopRouter(queries);
    await router.load();
    return <RouterProvider router={router} />;
  },
});
