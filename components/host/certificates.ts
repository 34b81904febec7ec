/** Certificates for a Docker host over TCP. Reads files, changes nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { CERTIFICATES, type DockerHost } from "../docker/dockerHost";
import { UserError } from "../errors/userError";

/** @throws UserError with one line if a file that the host needs cannot be read */
export function checkCertificates(docker: DockerHost): void {
    const problem = certificateProblem(docker);
    if (problem !== undefined) {
        throw new UserError(problem);
    }
}

/** The problem with the files of `certPath`; undefined if there is none. */
export function certificateProblem({ certPath }: DockerHost): string | undefined {
    if (certPath === undefined) {
        return undefined;
    }
    const wrong = Object.values(CERTIFICATES).flatMap(name => {
        try {
            return fs.readFileSync(path.join(certPath, name), "utf8").includes("-----BEGIN ")
                ? []
                : [`${name} is no PEM file`];
        } catch (error) {
            const missing = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
            return [`${name} ${missing ? "is missing" : "cannot be read"}`];
        }
    });
    return wrong.length === 0
        ? undefined
        : `docker.certPath: ${certPath} needs ca.pem, cert.pem and key.pem, as Docker's DOCKER_CERT_PATH; ` +
              `${wrong.join(", ")}. Nothing was changed.`;
}
