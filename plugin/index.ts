/**
 * The hub as a component package: programs in YAML, Python and other languages make it as a resource. Pulumi starts
 * this as a plugin; docs/program.md.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { JupyterHub, PlannedHub } from "../components";
import { argsOf } from "./args";
import { packageSchema, TOKEN } from "./schema";

/** The npm package, which the plugin lies in. */
const PACKAGE = path.join(__dirname, "..", "package.json");
const { version } = JSON.parse(fs.readFileSync(PACKAGE, "utf8")) as { version: string };

class Plugin implements pulumi.provider.Provider {
    readonly version = version;

    getSchema(): Promise<string> {
        return Promise.resolve(JSON.stringify(packageSchema(version)));
    }

    async construct(
        name: string,
        type: string,
        inputs: pulumi.Inputs,
        options: pulumi.ComponentResourceOptions,
    ): Promise<pulumi.provider.ConstructResult> {
        if (type !== TOKEN) {
            throw new Error(`There is no ${type} in this package, only ${TOKEN}.`);
        }
        // Planned first: what is wrong is one answer then, and nothing of the hub is registered.
        const hub = new JupyterHub(name, await PlannedHub.of(await argsOf(inputs)), options);
        const { url, users, passwords, adminToken, services, caCertificate, containers, deferred, dockerHost } = hub;
        const state = { url, users, passwords, adminToken, services, caCertificate, containers, deferred, dockerHost };
        return { urn: hub.urn, state };
    }
}

void pulumi.provider.main(new Plugin(), process.argv.slice(2));
