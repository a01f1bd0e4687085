// A log-in provider that isn't ours: the package oidc-provider, with a page on which people say who they are.
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import Provider from "oidc-provider";
import { SITE } from "./api";

/** The services know the provider by this address: see `FULLHOUSE_LOGIN_PROVIDERS`. */
const PORT = Number(process.env.FULLHOUSE_LOGIN_PROVIDER_PORT ?? 0);
const ISSUER = `http://127.0.0.1:${PORT}`;

interface Person {
  readonly email: string;
  readonly isVerified: boolean;
}

const people = new Map<string, Person>();

const settings = {
  clients: [
    {
      client_id: "fullhouse",
      client_secret: process.env.FULLHOUSE_LOGIN_PROVIDER_SECRET ?? "",
      redirect_uris: [`${SITE}/login/callback/harbour`],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  jwks: { keys: [aKey()] },
  cookies: { keys: ["only for tests"] },
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  findAccount: (_: unknown, id: string) => ({
    accountId: id,
    claims: () => {
      const person = people.get(id);
      return {
        sub: id,
        email: person?.email,
        email_verified: person?.isVerified,
        name: "Ada of the Harbour",
      };
    },
  }),
};

/** The services keep a provider's keys for a while: whoever goes on after a failed test signs with the same one. */
function aKey(): object {
  const kept = "test-results/login-provider-key.json";
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8")) as object;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = crypto.randomUUID();
  const key = { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
  mkdirSync("test-results", { recursive: true });
  writeFileSync(kept, JSON.stringify(key));
  return key;
}

const PAGE = `<!doctype html><html lang="en"><title>Harbour</title><h1>Harbour: who are you?</h1>
<form method="post">
  <label>Member <input name="member" required></label>
  <label>Harbour email <input name="email" type="email"></label>
  <label><input name="verified" type="checkbox"> Harbour has verified it</label>
  <button name="answer" value="yes">Let Fullhouse know</button>
  <button name="answer" value="no" formnovalidate>Cancel</button>
</form></html>`;

async function body(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  if (request.method !== "POST") {
    response.setHeader("Content-Type", "text/html; charset=utf-8").end(PAGE);
    return;
  }
  const { params } = await provider.interactionDetails(request, response);
  const form = await body(request);
  const options = { mergeWithLastSubmission: false };
  if (form.get("answer") !== "yes") {
    const refused = { error: "access_denied", error_description: "The person said no" };
    await provider.interactionFinished(request, response, refused, options);
    return;
  }
  const accountId = form.get("member") ?? "";
  people.set(accountId, {
    email: form.get("email") ?? "",
    isVerified: form.get("verified") === "on",
  });
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope("openid email profile");
  const consent = { grantId: await grant.save() };
  const result = { login: { accountId }, consent };
  await provider.interactionFinished(request, response, result, options);
}

/** Starts it on the port that the services expect it on. */
export function startProvider(): Promise<Server> {
  const provider = new Provider(ISSUER, settings);
  const answer = provider.callback();
  const server = createServer((request, response) => {
    if (!request.url?.startsWith("/interaction/")) {
      answer(request, response);
      return;
    }
    interact(provider, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  return new Promise((resolve) => server.listen(PORT, "127.0.0.1", () => resolve(server)));
}
