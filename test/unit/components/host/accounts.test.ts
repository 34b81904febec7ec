import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { hostAccounts, readAccounts } from "../../../../components/host/accounts";

describe("accounts of the Docker host", () => {
    it("are those that were asked for, and nobody else", () => {
        const passwd =
            "ada:x:1001:1002:Ada,,,:/home/ada:/bin/bash\n" +
            "root:x:0:0::/root:/bin/sh\nGrace:x:1003:100::/home/grace:/bin/sh\n\nbroken\n";
        expect([...readAccounts(passwd, ["ada", "grace", "0", "alan"])]).toEqual([
            ["ada", { uid: 1001, gid: 1002 }],
            ["grace", { uid: 1003, gid: 100 }],
        ]);
    });

    it("of another machine are asked for by ssh, in one go and without a shell reading names", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ssh-test-"));
        const before = process.env.PATH;
        try {
            // Does what sshd does: hands the last argument to a shell. There getent says what it was asked for.
            fs.writeFileSync(
                path.join(folder, "ssh"),
                `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/args'\nfor last; do :; done\nexec sh -c "$last"\n`,
                { mode: 0o755 },
            );
            fs.writeFileSync(
                path.join(folder, "getent"),
                `#!/bin/sh\nprintf '%s|' "$@" >> '${folder}/args'\necho "ada:x:1001:1002:::"; exit 2\n`,
                { mode: 0o755 },
            );
            process.env.PATH = `${folder}:${before}`;
            expect([...hostAccounts(["ada", "$(touch x)", "李 雷"], { host: "ssh://root@[::1]:2222" })]).toEqual([
                ["ada", { uid: 1001, gid: 1002 }],
            ]);
            expect(fs.readFileSync(path.join(folder, "args"), "utf8")).toBe(
                [
                    "-o",
                    "BatchMode=yes",
                    "-o",
                    "ConnectTimeout=30",
                    "-l",
                    "root",
                    "-p",
                    "2222",
                    "--",
                    "::1",
                    "getent passwd -- ada '$(touch x)' '李 雷'",
                    "passwd|--|ada|$(touch x)|李 雷|",
                ].join("\n"),
            );
            fs.writeFileSync(
                path.join(folder, "ssh"),
                "#!/bin/sh\necho banner >&2; echo 'Permission denied (publickey).' >&2; exit 255\n",
            );
            expect(() => hostAccounts(["ada"], { host: "ssh://there" })).toThrow(
                "there does not say which accounts it has: Permission denied (publickey).",
            );
        } finally {
            process.env.PATH = before;
            fs.rmSync(folder, { recursive: true });
        }
    });

    it("cannot be asked for where only Docker is reached", () => {
        expect(() => hostAccounts(["ada"], { host: "tcp://there:2376" })).toThrow(
            "over tcp the Docker host's accounts cannot be asked for",
        );
        expect(() => hostAccounts(["ada"], { host: "unix:///elsewhere/docker.sock" })).toThrow(
            "from inside a container, or for Docker Desktop, the Docker host's accounts cannot be asked for",
        );
    });
});
