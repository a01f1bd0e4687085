// Browser tests against running services: FULLHOUSE_URL is their address, FULLHOUSE_ADMIN_KEY their admin's key.
// With FULLHOUSE_API instead, the built front end is served from here and asks the services there.
import { defineConfig } from "@playwright/test";

const isServedHere = !process.env.FULLHOUSE_URL;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: true,
  workers: Number(process.env.WORKERS ?? 2),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // A machine that does other things makes a browser late now and then: told as flaky, not hidden.
  retries: 1,
  reporter: [["list"]],
  use: {
    baseURL: process.env.FULLHOUSE_URL ?? "http://localhost:4173",
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
    },
  },
  projects: [
    { name: "e2e", testMatch: /.*\.spec\.ts/, testIgnore: /restarts\.spec\.ts/ },
    // Ends programs that the others need.
    { name: "restarts", testMatch: /restarts\.spec\.ts/, dependencies: ["e2e"] },
    { name: "shots", testMatch: /shots\.ts/ },
    { name: "lighthouse", testMatch: /lighthouse\.ts/, retries: 0 },
  ],
  ...(isServedHere && {
    webServer: {
      command: "npx vite preview --port 4173 --strictPort",
      url: "http://localhost:4173/",
      reuseExistingServer: true,
    },
  }),
});
