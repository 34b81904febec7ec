import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { Certificates } from "../certificates";

export interface OidcServer {
    issuer: string;
    stop(): void;
}

/** A certified OpenID provider; see oidcProvider.mjs. */
export async function startOidc(
    options: {
        address: string;
        clientId: string;
        clientSecret: string;
        /** The callback URL as it is registered there. */
        redirect: string;
        /** Account → what the provider says of it. */
        accounts: Record<string, Record<string, unknown>>;
    } & Certificates,
): Promise<OidcServer> {
    const child = spawn(process.execPath, [path.join(__dirname, "oidcProvider.mjs")], {
        stdio: ["pipe", "pipe", "ignore"],
    });
    const lines = createInterface({ input: child.stdout });
    child.stdin.write(`${JSON.stringify(options)}\n`);
    const ended = once(child, "exit").then(() => {
        throw new Error("the OpenID provider ended");
    });
    const [issuer] = (await Promise.race([once(lines, "line"), ended])) as [string];
    ended.catch(() => undefined);
    return { issuer, stop: () => child.kill() };
}
