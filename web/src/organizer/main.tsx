// The organizer desk.
import { RouterProvider } from "@tanstack/react-router";
import { followLeaving } from "../shared/lib/left";
import { start } from "../shared/start";
import "../shared/styles/base.css";
import { load } from "./i18n/load";
import { createDeskRouter } from "./router";

followLeaving();
void start({
  load,
  app: (queries) => <RouterProvider router={createDeskRouter(queries)} />,
});
