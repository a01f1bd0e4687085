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

/** Lets a slow phone paint the page, which comes with its styles and its first data, before it loads scripts. */
function scriptsLater(): Plugin {
  const later = (html: string) =>
    html
      .replaceAll('<link rel="modulepreload"', '<link rel="modulepreload" fetchpriority="low"')
      .replaceAll('<script type="module"', '<script type="module" fetchpriority="low"');
  return {
    name: "fullhouse-scripts-later",
    apply: "build",
    transformIndexHtml: { order: "post", handler: later },
  };
}

/**
 * What buyers and the door load is built with Preact in the place of React: the same source, 57 kB less. The desk
 * needs React itself, because of React Aria. Development and unit tests use React for all.
 */
const preact = {
  "react-dom/client": "preact/compat/client",
  "react-dom": "preact/compat",
  "react/jsx-runtime": "preact/jsx-runtime",
  react: "preact/compat",
};

const groups = [
  { name: "react", test: /node_modules[\\/](react|react-dom|scheduler|preact)[\\/]/ },
  { name: "query", test: /node_modules[\\/]@tanstack[\\/](react-)?query/ },
  { name: "router", test: /node_modules[\\/]@tanstack[\\/]/ },
  // Small parts that many pages share: one file is fewer requests, and packs better.
  {
    name: "common",
    test: /src[\\/]shared[\\/]|node_modules[\\/](lucide-react|openapi-fetch)/,
    minShareCount: 2,
  },
  // What every page of a buyer has some of: in pieces it would be more requests than kilobytes.
  { name: "booking", test: /src[\\/]storefront[\\/]booking[\\/]/ },
];

const SHOP: Record<string, string> = { storefront: "index.html", scan: "scan/index.html" };
const DESK: Record<string, string> = { organizer: "organizer/index.html" };

/** What pages of other people load: one file, by a name that stays. */
const widget = {
  emptyOutDir: false,
  copyPublicDir: false,
  target: "es2022",
  rolldownOptions: {
    input: { widget: "src/widget/main.ts" },
    output: { entryFileNames: "[name].js", codeSplitting: false },
  },
};

/**
 * `vite build --mode shop` builds storefront and scanner, `--mode desk` adds the organizer desk, `--mode widget` the
 * widget.
 */
export default defineConfig(({ mode }) => {
  if (mode === "widget") return { build: widget };
  const isShop = mode === "shop";
  return {
    plugins: [react(), tailwindcss(), pages(), scriptsLater()],
    resolve: {
      alias: { "@": new URL("./src", import.meta.url).pathname, ...(isShop ? preact : {}) },
    },
    define: {
      "process.env.NODE_ENV": JSON.stringify(mode === "development" ? mode : "production"),
    },
    server: { port: 5173, proxy },
    preview: { port: 4173, proxy },
    build: {
      target: "es2023",
      emptyOutDir: isShop,
      manifest: isShop ? ".vite/shop.json" : ".vite/desk.json",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: isShop ? SHOP : DESK,
        output: { codeSplitting: { groups } },
      },
    },
  };
});
