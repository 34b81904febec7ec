/** A stack that is not deployed yet, on a machine that may lack something. */
import * as fs from "node:fs";
import * as path from "node:path";
import { Workspace } from "../../../support/deploy/workspace";

export class Before {
    workspace!: Workspace;
    tools!: string;

    folder(name: string): string {
        const made = path.join(this.workspace.folder, name);
        fs.mkdirSync(made, { recursive: true });
        return made;
    }

    /** A folder for the front of PATH with a `docker` of ours; `script` is what it does, in sh. */
    fakeDocker(name: string, script: string): string {
        const bin = this.folder(name);
        fs.writeFileSync(path.join(bin, "docker"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
        return bin;
    }

    /** Nothing was deployed, and no passphrase or state made for it. */
    expectNothingMade(): void {
        expect(fs.existsSync(path.join(this.workspace.folder, "data"))).toBe(false);
        expect(fs.readFileSync(this.workspace.stackFile, "utf8")).not.toContain("encryptionsalt");
        expect(this.workspace.objects()).toEqual({ containers: [], networks: [], volumes: [] });
    }
}
