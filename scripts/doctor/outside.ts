/** Asks the place that Pulumi is downloaded from: is it reached, with whose certificate, and what time is it there? */
import * as https from "node:https";
import * as tls from "node:tls";
import { hostAuthorities } from "../../components/image";
import type { Outside } from "./tools";

const HOST = "get.pulumi.com";
/** Milliseconds. */
const PATIENCE = 8000;

/** What Node and OpenSSL call a certificate of an authority that is not known. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_UNTRUSTED|ISSUER_CERT/;

/** @param address for tests: where in place of Pulumi's downloads */
export function askOutside(
    env: NodeJS.ProcessEnv,
    address: { host: string; port: number; servername?: string } = { host: HOST, port: 443 },
): Promise<Outside> {
    const proxied = Boolean(env.HTTPS_PROXY ?? env.https_proxy);
    const bundle = hostAuthorities(env);
    return new Promise(resolve => {
        const end = (outside: Omit<Outside, "host" | "proxied">) =>
            resolve({ host: address.host, proxied, ...outside });
        const request = https.request(
            {
                ...address,
                method: "HEAD",
                path: "/",
                timeout: PATIENCE,
                ca: bundle === "" ? undefined : [...tls.rootCertificates, bundle],
                agent: false,
            },
            response => {
                const date = Date.parse(response.headers.date ?? "");
                response.resume();
                end({ answer: "ok", ...(Number.isNaN(date) ? {} : { date }) });
            },
        );
        request.on("timeout", () => request.destroy(new Error("no answer")));
        request.on("error", (error: NodeJS.ErrnoException) => {
            const code = error.code ?? "";
            end({ answer: UNTRUSTED.test(code) ? "untrusted" : "unreachable", why: code || error.message });
        });
        request.end();
    });
}
