/** A network that inspects TLS, as the test machine's may be: what builds trust, people's servers trust. */
import * as fs from "node:fs";
import * as path from "node:path";
import { Authority } from "../../support/https/certificates";
import type { Arrived } from "../../support/deploy/arrive";
import { docker, idOf } from "../../support/deploy/docker";
import type { Kernel } from "../../support/deploy/kernel";
import type { steps } from "../../support/deploy/steps";
import type { Outputs, Workspace } from "../../support/deploy/workspace";

export interface Place {
    workspace: Workspace;
    outputs: Outputs;
    people: Record<string, Arrived>;
    /** What stands below `config:`, with everybody. */
    config: string;
    /** Runs a script from a kernel; a failure shows in what it returns. */
    shell: (kernel: Kernel, script: string) => Promise<string>;
    comes: (name: string) => Promise<Arrived>;
}

/** Variables that name a bundle for builds, and those by which servers have it. */
const NAMING = ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"];
const UNSET = `unset ${[...NAMING, "GIT_SSL_CAINFO", "CONDA_SSL_VERIFY", "AWS_CA_BUNDLE"].join(" ")}; `;
const BUNDLE = "/run/authorities/ca.pem";

const PIP =
    "out=$(python -m pip install -q --user --no-cache-dir --no-warn-script-location iniconfig==2.0.0 2>&1) && " +
    // Not by pip: what is outside of its environment it installs and does not remove.
    "echo installed && rm -r ~/.local/lib/python3*/site-packages/iniconfig* || " +
    "echo \"$out\" | grep -o 'certificate verify failed' | sort -u";

/** The index that pip asks, and what other programs say of its certificate. */
const URL = "python -c 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)'";
const OTHERS = `
url=$(${URL})
python -c "import urllib.request; urllib.request.urlopen('$url/iniconfig/')" 2>&1 | tail -1
python -c "import requests; requests.get('$url/iniconfig/')" 2>&1 | tail -1
git ls-remote "$url" 2>&1 | grep -io certificate
true`;

export function place(lab: () => Place, step: ReturnType<typeof steps>): void {
    const ids = () => Object.values(lab().outputs.users).map(({ container }) => idOf(container));
    const named = (file: string | undefined) => {
        const before = NAMING.map(name => [name, process.env[name]] as const);
        NAMING.forEach(name => Reflect.deleteProperty(process.env, name));
        if (file !== undefined) {
            process.env.SSL_CERT_FILE = file;
        }
        return () =>
            before.forEach(([name, value]) =>
                value === undefined ? Reflect.deleteProperty(process.env, name) : (process.env[name] = value),
            );
    };
    /** What is seen without the switch: an error where TLS is inspected. */
    let without = "";

    step("servers install packages where builds do, with images of any kind", async () => {
        const { people, shell } = lab();
        without = await shell(people.grace.kernel, UNSET + PIP);
        expect(["certificate verify failed", "installed"]).toContain(without);
        const names = Object.keys(people);
        expect(names.length).toBeGreaterThan(3);
        const seen = await Promise.all(names.map(async name => [name, await shell(people[name].kernel, PIP)] as const));
        expect(seen).toEqual(names.map(name => [name, "installed"]));
        expect(await shell(people.grace.kernel, OTHERS)).toBe("");
        // No image here has Node for people; the proxy's has it.
        const { hub, proxy } = lab().outputs.containers;
        const url = await shell(people.grace.kernel, URL);
        const volume = `${hub.replace(/-hub$/, "")}-authorities:/run/authorities:ro`;
        const trusting = without === "installed" ? [] : ["--env", `NODE_EXTRA_CA_CERTS=${BUNDLE}`, "--volume", volume];
        const image = docker("inspect", "--format", "{{.Config.Image}}", proxy);
        const node = ["--entrypoint", "node", image, "-e", `fetch("${url}/iniconfig/").then(r => console.log(r.ok))`];
        expect(docker("run", "--rm", ...trusting, ...node)).toBe("true");
    });

    step("other authorities reach running servers at once, and a shell that names none changes nothing", async () => {
        const { workspace, people, shell } = lab();
        const authority = new Authority();
        const bundle = path.join(workspace.folder, "bundle.pem");
        const own = NAMING.flatMap(name => process.env[name] ?? []).find(file => fs.existsSync(file));
        fs.writeFileSync(bundle, (own === undefined ? "" : fs.readFileSync(own, "utf8")) + authority.certificate);
        const before = ids();
        let restore = named(bundle);
        await workspace.up();
        await workspace.expectNoChanges();
        restore();
        authority.remove();
        restore = named(undefined);
        await workspace.expectNoChanges();
        restore();
        const { deferred } = await workspace.outputs();
        if (own === undefined) {
            // The first authority of all: servers get the variables when they have stopped.
            expect(deferred.length).toBe(ids().length);
            return;
        }
        expect([deferred, ids()]).toEqual([[], before]);
        const last = authority.certificate.trim().split("\n").at(-2);
        expect(await shell(people.grace.kernel, `grep -cF '${last}' ${BUNDLE}`)).toBe("1");
        await workspace.up();
        expect(await shell(people.grace.kernel, `grep -cF '${last}' ${BUNDLE}; ${PIP}`)).toMatch(/^0\n(.*\n)?installed$/);
        const changed = await shell(people.grace.kernel, `echo x > ${BUNDLE}; mv ${BUNDLE} /tmp; rm ${BUNDLE}`);
        expect(changed.match(/Read-only file system/g)).toHaveLength(3);
    });

    step("switched off, servers are as their image is", async () => {
        const { workspace, people, config, shell, comes } = lab();
        const { client, token, kernel } = people.grace;
        workspace.writeConfig(`${config}\njupyterhub:network: {servers: {asBuilds: false}}`);
        kernel.close();
        await client.stopServer(token);
        await workspace.up();
        expect((await workspace.outputs()).deferred).not.toContain("grace");
        const { kernel: next } = await comes("grace");
        expect(await shell(next, PIP)).toBe(without);
        next.close();
        expect(docker("inspect", lab().outputs.users.grace.container)).not.toContain("/run/authorities");
    });

    step("the volume of authorities is lost, and filled again", async () => {
        const { workspace, config, outputs, shell, comes } = lab();
        docker("rm", "--force", ...Object.values(outputs.users).map(({ container }) => container));
        const volume = `${outputs.containers.hub.replace(/-hub$/, "")}-authorities`;
        if (docker("volume", "ls", "--quiet", "--filter", `name=^${volume}$`) !== "") {
            docker("volume", "rm", volume);
        }
        workspace.writeConfig(config);
        await workspace.up();
        const { kernel } = await comes("grace");
        expect(await shell(kernel, PIP)).toBe("installed");
        await workspace.expectNoChanges();
    });
}
