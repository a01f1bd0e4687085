// A device that keeps passkeys and unlocks them by itself, as the browser simulates one.
import type { CDPSession, Page } from "@playwright/test";

type Credential = Awaited<ReturnType<typeof kept>>[number];

export interface Device {
  /** The passkeys that it keeps. */
  readonly passkeys: () => Promise<Credential[]>;
  /** Keeps a passkey of another device too, as password managers do. */
  readonly take: (passkey: Credential) => Promise<void>;
  /** Whether its owner is recognised when it asks for finger, face or PIN. */
  readonly recognises: (isUserVerified: boolean) => Promise<void>;
  /** Whether somebody touches it when it asks. */
  readonly isTouched: (enabled: boolean) => Promise<void>;
}

/** Plugs a device into the browser of a page. */
export async function aDevice(page: Page): Promise<Device> {
  const browser = await page.context().newCDPSession(page);
  await browser.send("WebAuthn.enable");
  const { authenticatorId } = await browser.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    passkeys: () => kept(browser, authenticatorId),
    take: async (credential) => {
      await browser.send("WebAuthn.addCredential", { authenticatorId, credential });
    },
    recognises: async (isUserVerified) => {
      await browser.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
    },
    isTouched: async (enabled) => {
      await browser.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
    },
  };
}

async function kept(browser: CDPSession, authenticatorId: string) {
  const { credentials } = await browser.send("WebAuthn.getCredentials", { authenticatorId });
  return credentials;
}
