/** What the other machine's folder holds before it boots: packages, accounts, keys, certificates, settings of ssh. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { aptInstall } from "../../../../scripts/docker/docker";
import { onPath } from "../../../../scripts/files/programs";

interface Equipped {
    folder: string;
    address: string;
    sshPort: number;
}

type Shell = (script: string) => string;

export async function equip(machine: Equipped): Promise<void> {
    const missing = Object.entries({ ssh: "openssh-client", ip: "iproute2", openssl: "openssl" });
    for (const [program, name] of missing) {
        if (!onPath(program)) {
            await aptInstall([name]);
        }
    }
    const sh = (script: string) =>
        execFileSync("sh", ["-eu", "-c", script], {
            cwd: machine.folder,
            encoding: "utf8",
            stdio: ["ignore", "pipe", "pipe"],
        });
    packages(machine.folder, sh);
    sh(`for key in hostkey id; do ssh-keygen -q -t ed25519 -N '' -f $key; done`);
    accounts(machine.folder);
    sshSettings(machine, sh);
    certificates(machine.address, sh);
}

/** Unpacked and not installed: a test must leave neither ssh server nor firewall on this machine. */
function packages(folder: string, sh: Shell): void {
    fs.mkdirSync(path.join(folder, "packages", "usr"), { recursive: true });
    fs.mkdirSync(path.join(folder, "etc", "docker"), { recursive: true });
    sh(`mkdir -p debs/partial
        get() { apt-get -qq -y -o APT::Sandbox::User=root -o Dir::Cache::archives=$PWD/debs install --download-only --no-install-recommends --reinstall openssh-server firewalld dbus; }
        get || { apt-get -qq update; get; }
        for package in debs/*.deb; do dpkg -x "$package" packages; done`);
}

function accounts(folder: string): void {
    fs.writeFileSync(
        path.join(folder, "etc", "passwd"),
        [
            fs
                .readFileSync("/etc/passwd", "utf8")
                .replace(/^(sshd|messagebus):.*\n/gm, "")
                .trimEnd(),
            "sshd:x:4710:65534::/run/sshd:/usr/sbin/nologin",
            "messagebus:x:4712:65534::/:/usr/sbin/nologin",
            "keeper:x:0:0::/:/bin/sh",
            "ada:x:4711:4711::/:/bin/sh",
            "",
        ].join("\n"),
    );
}

function sshSettings({ folder, sshPort }: Equipped, sh: Shell): void {
    const file = (...names: string[]) => path.join(folder, ...names);
    fs.writeFileSync(
        file("sshd_config"),
        [
            `Port ${sshPort}`,
            `HostKey ${file("hostkey")}`,
            "AuthorizedKeysFile /run/sshd/authorized_keys",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "PidFile none",
            "",
        ].join("\n"),
    );
    fs.writeFileSync(
        file("ssh_config"),
        [
            `IdentityFile ${file("id")}`,
            "IdentitiesOnly yes",
            `UserKnownHostsFile ${file("known_hosts")}`,
            "GlobalKnownHostsFile /dev/null",
            "",
        ].join("\n"),
    );
    fs.mkdirSync(file("bin"));
    const ssh = sh("command -v ssh").trim();
    fs.writeFileSync(file("bin", "ssh"), `#!/bin/sh\nexec ${ssh} -F ${file("ssh_config")} "$@"\n`, { mode: 0o755 });
}

/**
 * certs/NAME as Docker wants them: `right`; `otherCa` does not trust the machine; the machine does not trust
 * `otherClient`.
 */
function certificates(address: string, sh: Shell): void {
    sh(`mkdir -p certs/server certs/right certs/otherCa certs/otherClient; cd certs
        authority() { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -keyout "$1-key.pem" -out "$1.pem"; }
        signed() {
            openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1/key.pem" -out "$1/request.pem"
            printf '%s\\n' "$3" > extensions
            openssl x509 -req -in "$1/request.pem" -CA "$2.pem" -CAkey "$2-key.pem" -CAcreateserial -days 2 -extfile extensions -out "$1/cert.pem"
        }
        authority ca; authority other
        signed server ca "subjectAltName=IP:${address}
extendedKeyUsage=serverAuth"
        signed right ca extendedKeyUsage=clientAuth
        signed otherClient other extendedKeyUsage=clientAuth
        cp right/*.pem otherCa/
        cp ca.pem right/; cp ca.pem otherClient/; cp other.pem otherCa/ca.pem`);
}
