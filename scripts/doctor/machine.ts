/** Looks at this machine: programs, authorities, disk, DNS. Changes nothing. */
import { X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { AUTHORITY_VARIABLES, hostAuthorities } from "../../components/image";
import { cacheDir, passphraseFile, ROOT } from "../files/paths";
import { goProblem } from "../pulumi/engine/build";
import { hasEngine } from "../pulumi/engine/engine";
import { hasOwnPassphrase, passphraseProblem } from "../pulumi/environment";
import { capture } from "../terminal/process";
import type { Authorities, ToolFacts } from "./tools";

export async function toolFacts(): Promise<ToolFacts> {
    const { code, stdout } = await capture("python3", ["--version"], { timeout: 20_000 });
    return {
        node: process.version,
        engine: hasEngine(cacheDir()),
        go: goProblem(process.env),
        python: code === 0 ? stdout.trim() : undefined,
        passphrase: hasOwnPassphrase() ? undefined : passphraseProblem(),
        hasPassphrase: hasOwnPassphrase() || fs.existsSync(passphraseFile()),
    };
}

const PEM = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^]*?-----END (?:TRUSTED )?CERTIFICATE-----/g;

export function authoritiesOf(env: NodeJS.ProcessEnv, now: Date): Authorities {
    const named = AUTHORITY_VARIABLES.flatMap(variable => {
        const file = env[variable];
        return file === undefined || file === "" ? [] : [{ variable, file, there: fs.existsSync(file) }];
    });
    const certificates = (hostAuthorities(env).match(PEM) ?? []).flatMap(pem => {
        try {
            return [new X509Certificate(pem)];
        } catch {
            return []; // Builds leave out what is no certificate, too.
        }
    });
    const expired = certificates.filter(({ validTo }) => new Date(validTo) < now).length;
    return { named, certificates: certificates.length, expired };
}

/** Free bytes of the file system that a folder is on, or will be. */
export function freeIn(folder: string): number | undefined {
    for (let at = folder; ; at = path.dirname(at)) {
        try {
            const { bavail, bsize } = fs.statfsSync(at);
            return bavail * bsize;
        } catch {
            if (at === path.dirname(at)) {
                return undefined;
            }
        }
    }
}

/** DNS servers of this machine. */
export function nameServers(file = "/etc/resolv.conf"): string[] {
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    return [...text.matchAll(/^nameserver\s+(\S+)/gm)].map(([, server]) => server);
}

/** When the newest file at the top of the checkout was written, in milliseconds. */
export function checkoutTime(): number {
    return fs.statSync(path.join(ROOT, "package.json")).mtimeMs;
}
