/** What Pulumi leaves alone of a service: the launcher changes a running one. */
import * as pulumi from "@pulumi/pulumi";
import type { UserServiceArgs } from "../../../../../components/user/onNodes/userService";
import { Recorder, settled } from "../../../../support/mocks";
import { argsOf, dynamic } from "../../../../support/unit/templates";

const ALL = ["endpointSpec", "labels", "mode", "name", "taskSpec"];
const READ_BACK = ["taskSpec.containerSpec.sysctl", "taskSpec.placement.platforms"];

async function made(before: UserServiceArgs["before"] | "same", keep: boolean) {
    const recorder = new Recorder();
    await pulumi.runtime.setMocks(recorder, "jupyterhub", "test");
    const { UserService } = await import("../../../../../components/user/onNodes/userService");
    const settings = dynamic({ users: ["ada"], swarm: { registry: "lab:5000", homes: "/srv/homes" } });
    const { swarm, people } = settings;
    if (swarm === undefined) {
        throw new Error("no Swarm");
    }
    const args = {
        ...argsOf(settings),
        deployment: "test",
        person: people[0],
        image: "lab:5000/jupyterhub-default:1",
        pulled: "lab:5000/jupyterhub-default:1@sha256:0",
        incarnation: "00ada",
        rootSecret: "x".repeat(32),
        swarm,
        homes: { create: true },
        keep,
    };
    let ignored: string[] | undefined;
    const look: pulumi.ResourceTransformation = ({ type, opts }) => {
        ignored =
            type === "docker:index/service:Service" ? (opts as pulumi.CustomResourceOptions).ignoreChanges : ignored;
        return undefined;
    };
    const current = new UserService("first", args).definition;
    const given = before === "same" ? { running: true, definition: current } : before;
    const { deferred } = new UserService("ada", { ...args, before: given }, { transformations: [look] });
    await settled(recorder);
    return { deferred, ignored };
}

it.each([
    ["is new", undefined, false, { deferred: false, ignored: READ_BACK }],
    ["stands still", { running: false, definition: "old" }, false, { deferred: false, ignored: READ_BACK }],
    ["runs with an older definition", { running: true, definition: "old" }, true, { deferred: true, ignored: ALL }],
    [
        "runs, and is to be interrupted",
        { running: true, definition: "old" },
        false,
        { deferred: false, ignored: READ_BACK },
    ],
    ["runs with today's", "same", true, { deferred: false, ignored: ALL }],
    // Nothing is to be interrupted for.
    ["runs with today's, and updates do not wait", "same", false, { deferred: false, ignored: ALL }],
] as const)("one that %s", async (_, before, keep, expected) => {
    expect(await made(before, keep)).toEqual(expected);
});
