/** The machine's certificate authorities, for image builds behind a TLS-inspecting proxy. */
import * as fs from "node:fs";
import * as path from "node:path";

/** Variables that name additional authorities, the most general first. */
export const AUTHORITY_VARIABLES = [
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "PIP_CERT",
    "NODE_EXTRA_CA_CERTS",
];

/** The bundle that the machine names (PEM); empty if it names none. */
export function hostAuthorities(env: NodeJS.ProcessEnv): string {
    const source = AUTHORITY_VARIABLES.map(variable => env[variable]).find(
        name => name !== undefined && fs.existsSync(name),
    );
    return source === undefined ? "" : fs.readFileSync(source, "utf8");
}

/**
 * Copies the bundle to a fixed path: another path would look like a changed image. The file is empty if the machine
 * names no bundle. Builds then trust what their base trusts.
 *
 * @returns `file`
 */
export function hostCaBundle(env: NodeJS.ProcessEnv, file: string): string {
    const pem = hostAuthorities(env);
    if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== pem) {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, pem);
    }
    return file;
}
