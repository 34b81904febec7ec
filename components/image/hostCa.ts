/** The machine's certificate authorities, for image builds behind a TLS-inspecting proxy. */
import * as fs from "node:fs";
import * as path from "node:path";

/** Variables that name additional authorities, the most general first. */
const VARIABLES = ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"];

/**
 * Copies the bundle to a fixed path: another path would look like a changed image. The file is empty if the machine
 * names no bundle. Builds then trust what their base trusts.
 *
 * @returns `file`
 */
export function hostCaBundle(env: NodeJS.ProcessEnv, file: string): string {
    const source = VARIABLES.map(variable => env[variable]).find(name => name !== undefined && fs.existsSync(name));
    const pem = source === undefined ? "" : fs.readFileSync(source, "utf8");
    if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== pem) {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, pem);
    }
    return file;
}
