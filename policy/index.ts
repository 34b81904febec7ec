/** The policy pack: `pulumi up --policy-pack policy`. docs/policy.md says how an organization uses it. */
import { PolicyPack, type ResourceValidationPolicy } from "@pulumi/policy";
import {
    hostMountsWithin,
    limited,
    noFloatingTags,
    noPrivileges,
    pidsLimited,
    pulledByDigest,
    socketInGateOnly,
    type Rule,
} from "./rules";

const resourcePolicy = (name: string, description: string, rule: Rule): ResourceValidationPolicy => ({
    name,
    description,
    validateResource: (args, reportViolation) =>
        rule(args).forEach(message => reportViolation(`${args.name} ${message}`)),
});

new PolicyPack("jupyterhub-docker", {
    enforcementLevel: "mandatory",
    policies: [
        resourcePolicy(
            "no-privileges",
            "No container is privileged, has capabilities or shares the host's namespaces; the guard has one " +
                "capability and the host's network.",
            noPrivileges,
        ),
        resourcePolicy(
            "docker-socket-in-gate-only",
            "No container but the gate, and the launcher behind it, reaches the Docker socket.",
            socketInGateOnly,
        ),
        resourcePolicy("no-floating-tags", "Images have a tag other than latest, or a digest.", noFloatingTags),
        {
            ...resourcePolicy("pulled-by-digest", "Images that are pulled are named by their digest.", pulledByDigest),
            enforcementLevel: "disabled",
        },
        resourcePolicy("limits", "Containers have a memory limit; people's servers a limit of CPUs besides.", limited),
        {
            name: "pids-limits",
            description: "People's servers have a limit of processes.",
            configSchema: { properties: { most: { type: "integer", default: 4096 } } },
            validateStack: (args, reportViolation) =>
                pidsLimited(args.resources, args.getConfig<{ most: number }>().most).forEach(({ resource, message }) =>
                    reportViolation(`${resource.name} ${message}`),
                ),
        },
        {
            name: "host-mounts",
            description: "Directories of the Docker host are mounted from the allowed places alone.",
            configSchema: {
                properties: { bases: { type: "array", items: { type: "string" }, default: ["/home", "/srv"] } },
            },
            validateResource: (args, reportViolation) =>
                hostMountsWithin(args.getConfig<{ bases: string[] }>().bases)(args).forEach(message =>
                    reportViolation(`${args.name} ${message}`),
                ),
        },
    ],
});
