// The least that a Pulumi program can be which makes the same networks and containers: no component, nothing but a
// loop.
// Tuned like this project's own program: no stack traces looked up, and its tsconfig.json has no types checked at each
// run.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as fs from "node:fs";

Error.stackTraceLimit = 0;
Error.prepareStackTrace = String;

const { host, networks, containers } = JSON.parse(fs.readFileSync("definitions.json", "utf8")) as {
    host: string;
    networks: docker.NetworkArgs[];
    containers: docker.ContainerArgs[];
};
const provider = new docker.Provider("docker", { host });
const dependsOn = networks.map(
    network => new docker.Network(network.name as string, network, { provider, deleteBeforeReplace: true }),
);
for (const { envs, ...container } of containers) {
    new docker.Container(
        container.name as string,
        { ...container, ...(envs === undefined ? {} : { envs: pulumi.secret(envs) }) },
        { provider, dependsOn, deleteBeforeReplace: true },
    );
}
