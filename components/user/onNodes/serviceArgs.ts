/**
 * A declared server on a Swarm as arguments of Pulumi's provider: a service without a replica. What the provider cannot
 * say, and what a server that stands still must not have, is in a label as a patch; the launcher applies it at a start
 * and takes it back at a stop (images/launcher/launcher/servers/started.py). Pure.
 */
import type * as docker from "@pulumi/docker";
import { LABEL, labels } from "../../docker/labels";
import type { Template } from "../templates";
import type { ServiceBody } from "./serviceBody";

/** Holds for no node, so that a service which somebody scales by hand does not start unguarded. */
const NOWHERE = "node.id==none";

type Home = Template["home"];

/** What a start adds. */
export function addsOf({ Mode, TaskTemplate }: ServiceBody, home: Home): { patch: object; home: Home } {
    const { ContainerSpec, Resources, Networks, Placement } = TaskTemplate;
    const { Mounts, Privileges, StopGracePeriod } = ContainerSpec;
    return {
        home,
        patch: {
            Mode,
            TaskTemplate: {
                // At its end the provider would wait for a container as long as Docker does, and fail.
                ContainerSpec: { Mounts, Privileges, StopGracePeriod },
                Resources: { ...Resources, Limits: { Pids: Resources.Limits.Pids } },
                // A network is not replaced while a service names it.
                Networks,
                Placement: { ...Placement, Constraints: Placement.Constraints ?? [] },
            },
        },
    };
}

/** All else; the resource has image and environment of its own. @param body whole, with the service's labels */
export function serviceArgs(name: string, body: ServiceBody, home: Home) {
    const { ContainerSpec, Resources, RestartPolicy, LogDriver } = body.TaskTemplate;
    const { MemoryBytes: memoryBytes, NanoCPUs: nanoCpus } = Resources.Limits;
    return {
        name,
        labels: labels({ ...body.Labels, [LABEL.adds]: JSON.stringify(addsOf(body, home)) }),
        mode: { replicated: { replicas: 0 } },
        endpointSpec: { mode: body.EndpointSpec.Mode },
        taskSpec: {
            containerSpec: containerSpec(ContainerSpec),
            resources: { limits: { memoryBytes, nanoCpus } },
            // Docker's own default, which the provider reads back as a difference.
            restartPolicy: { condition: RestartPolicy.Condition, delay: `${RestartPolicy.Delay / 1e9}s`, window: "0s" },
            placement: { constraints: [NOWHERE] },
            logDriver: { name: LogDriver.Name, options: LogDriver.Options },
        },
    } satisfies docker.ServiceArgs;
}

function containerSpec(given: ServiceBody["TaskTemplate"]["ContainerSpec"]) {
    const { Image, Labels, Hostname, User, Dir, Healthcheck, CapabilityDrop, Init, ReadOnly, Groups, DNSConfig } =
        given;
    return {
        image: Image,
        labels: labels(Labels),
        hostname: Hostname,
        user: User,
        dir: Dir,
        healthcheck: { tests: Healthcheck.Test },
        capDrops: CapabilityDrop,
        init: Init,
        readOnly: ReadOnly,
        ...(Groups === undefined ? {} : { groups: Groups }),
        ...(DNSConfig === undefined
            ? {}
            : { dnsConfig: { nameservers: DNSConfig.Nameservers, searches: DNSConfig.Search } }),
    };
}
