/** Service and timer of systemd that call `npm run sync`. Their texts are pure; install and remove write them. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../../components/errors";
import { ROOT } from "../files/paths";
import { writeWhole } from "../files/wholeFile";
import { progress } from "../terminal/command";
import { capture } from "../terminal/process";

const NAME = "jupyterhub-sync";
const FOLDER = "/etc/systemd/system";

export interface UnitSettings {
    stacks: readonly string[];
    /** Seconds between two runs. */
    every: number;
    /** The checkout. */
    root: string;
    /** Whose the checkout is: git and Pulumi's state are theirs. */
    user: string;
    /** Node that runs it. */
    node: string;
}

/** A value in a unit file: systemd takes `%` for a specifier, and quotes keep blanks. */
const quoted = (text: string) => `"${text.replaceAll("%", "%%").replace(/["\\]/g, "\\$&")}"`;

const HARDENED = `# Against accidents. Whoever may use Docker is root on this machine.
NoNewPrivileges=yes
ProtectSystem=full
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
`;

/** File name → text. */
export function unitFiles({ stacks, every, root, user, node }: UnitSettings): Record<string, string> {
    const plain = root.replaceAll("%", "%%");
    const page = pathToFileURL(path.join(root, "docs", "gitops.md"))
        .href.replaceAll("'", "%27")
        .replaceAll("%", "%%");
    const command = [node, path.join(root, "scripts", "run.mjs"), "gitops/sync", ...stacks];
    const service = `# Made by \`npm run sync -- --install\`; \`npm run sync -- --uninstall\` removes it.
[Unit]
Description=Keeps JupyterHub (${stacks.join(", ")}) as its repository says
Documentation=${page}
Wants=network-online.target
After=network-online.target docker.service

[Service]
Type=oneshot
User=${user}
WorkingDirectory=${plain}
Environment=${quoted(`PATH=${path.dirname(node)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`)}
# For variables such as PULUMI_BACKEND_URL.
EnvironmentFile=-/etc/${NAME}.env
ExecStart=${command.map(quoted).join(" ").replaceAll("$", "$$$$")}
TimeoutStartSec=2h
# Only the command is told to stop: it lets Pulumi finish the step that it is at.
KillMode=mixed
TimeoutStopSec=15min

${HARDENED}`;
    const timer = `# Made by \`npm run sync -- --install\`; \`npm run sync -- --uninstall\` removes it.
[Unit]
Description=Looks whether JupyterHub (${stacks.join(", ")}) is as its repository says
Documentation=${page}

[Timer]
OnBootSec=2min
OnUnitInactiveSec=${every}
RandomizedDelaySec=${Math.min(30, Math.ceil(every / 10))}

[Install]
WantedBy=timers.target
`;
    return { [`${NAME}.service`]: service, [`${NAME}.timer`]: timer };
}

/** Writes and starts the timer. @param folder a test's own @throws UserError where another checkout has it */
export async function installTimer(stacks: readonly string[], every: number, folder = FOLDER): Promise<void> {
    refuseForeign(folder);
    const { uid } = fs.statSync(ROOT);
    const units = unitFiles({ stacks, every, root: ROOT, user: await nameOf(uid), node: process.execPath });
    for (const [file, text] of Object.entries(units)) {
        asRoot(() => writeWhole(path.join(folder, file), text, 0o644));
    }
    await systemctl(folder, ["daemon-reload"], ["enable", "--now", `${NAME}.timer`]);
    progress(`Wrote ${Object.keys(units).join(" and ")} into ${folder}.`);
    progress(`See it: systemctl status ${NAME}.service; journalctl -u ${NAME}`);
}

/** Stops the timer and removes its files. What is deployed stays. */
export async function removeTimer(folder = FOLDER): Promise<void> {
    refuseForeign(folder);
    if (fs.existsSync(path.join(folder, `${NAME}.timer`))) {
        await systemctl(folder, ["disable", "--now", `${NAME}.timer`]);
    }
    asRoot(() =>
        [`${NAME}.timer`, `${NAME}.service`].forEach(file => fs.rmSync(path.join(folder, file), { force: true })),
    );
    await systemctl(folder, ["daemon-reload"]);
    progress("The timer is gone. What is deployed stays.");
}

/** One timer a machine: of two checkouts each would undo what the other does. */
function refuseForeign(folder: string): void {
    const file = path.join(folder, `${NAME}.service`);
    const [, root] = (fs.existsSync(file) && /^WorkingDirectory=(.*)$/m.exec(fs.readFileSync(file, "utf8"))) || [];
    const there = root?.replaceAll("%%", "%");
    if (there !== undefined && there !== ROOT && fs.existsSync(there)) {
        throw new UserError(`${file} belongs to the checkout ${there}. Remove it there: npm run sync -- --uninstall`);
    }
}

function asRoot(change: () => void): void {
    try {
        change();
    } catch (error) {
        if (["EACCES", "EPERM", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "")) {
            throw new UserError(`${(error as Error).message}\nThe timer is the machine's: run this as root.`);
        }
        throw error;
    }
}

/** Only where systemd runs and reads the folder; elsewhere, as in a container, the files wait for it. */
async function systemctl(folder: string, ...calls: readonly string[][]): Promise<void> {
    if (folder !== FOLDER || !fs.existsSync("/run/systemd/system")) {
        progress(
            `systemd does not run here. Where it does: ${calls.map(args => `systemctl ${args.join(" ")}`).join("; ")}`,
        );
        return;
    }
    for (const args of calls) {
        const { code, stderr } = await capture("systemctl", args);
        if (code !== 0) {
            throw new UserError(`systemctl ${args.join(" ")} failed: ${stderr.trim()}`);
        }
    }
}

async function nameOf(uid: number): Promise<string> {
    if (uid === os.userInfo().uid) {
        return os.userInfo().username;
    }
    const { code, stdout } = await capture("id", ["--name", "--user", String(uid)]);
    if (code !== 0) {
        throw new UserError(`${ROOT} belongs to the user id ${uid}, whom this machine does not know.`);
    }
    return stdout.trim();
}
