// Three entries on one origin: the storefront, the organizer desk, the scanner.
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Connect, Plugin } from "vite";
import { defineConfig } from "vite";

const api = process.env.FULLHOUSE_API ?? "http://localhost:8080";
const proxy = {
  "/api": { target: api, changeOrigin: false },
  "/.well-known": { target: api, changeOrigin: false },
};

/** Answers page addresses with the entry they belong to, as the projection service does. */
function pages(): Plugin {
  const route: Connect.NextHandleFunction = (request, _response, next) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const isPage = request.method === "GET" && request.headers.accept?.includes("text/html");
    if (isPage && !path.includes(".")) {
      if (path.startsWith("/organizer")) request.url = "/organizer/index.html";
      else if (path.startsWith("/scan")) request.url = "/scan/index.html";
    }
    next();
  };
  return {
    name: "fullhouse-pages",
    configureServer: (server) => {
      server.middlewares.use(route);
    },
    configurePreviewServer: (server) => {
      server.middlewares.use(route);
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), pages()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  server: { port: 5173, proxy },
  preview: { port: 4173, proxy },
  build: {
    target: "es2023",
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        organizer: "organizer/index.html",
        scan: "scan/index.html",
      },
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: "query", test: /node_modules[\\/]@tanstack[\\/](react-)?query/ },
            { name: "router", test: /node_modules[\\/]@tanstack[\\/]/ },
          ],
        },
      },
    },
  },
});
