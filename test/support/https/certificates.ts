/** Certificates for tests, by openssl. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** An authority of its own, for one test. */
export class Authority {
    private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "authority-"));
    readonly certificate: string;

    constructor() {
        this.openssl([
            "req",
            "-x509",
            ...NEW_KEY,
            "ca.key",
            "-out",
            "ca.pem",
            "-days",
            "30",
            "-subj",
            "/CN=Test authority",
        ]);
        this.certificate = this.read("ca.pem");
    }

    /** @param hosts DNS names, also with a star, and addresses */
    issue(...hosts: string[]): { certificate: string; key: string } {
        const names = hosts.map(host => `${/^[\d.]+$/.test(host) ? "IP" : "DNS"}:${host}`).join(",");
        fs.writeFileSync(path.join(this.folder, "extensions"), `subjectAltName=${names}\n`);
        this.openssl(["req", ...NEW_KEY, "own.key", "-out", "own.csr", "-subj", "/CN=Test hub"]);
        this.openssl([
            "x509",
            "-req",
            "-in",
            "own.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "10",
            "-extfile",
            "extensions",
            "-out",
            "own.pem",
        ]);
        return { certificate: this.read("own.pem"), key: this.read("own.key") };
    }

    remove(): void {
        fs.rmSync(this.folder, { recursive: true, force: true });
    }

    private read(file: string): string {
        return fs.readFileSync(path.join(this.folder, file), "utf8");
    }

    private openssl(args: string[]): void {
        execFileSync("openssl", args, { cwd: this.folder, stdio: ["ignore", "ignore", "pipe"] });
    }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout"];
