import { accountFiles } from "../../../components/user/accounts";
import { caddyConfig } from "../../../components/hub/caddyConfig";
import { commandEnvironment, machineOf, sshArguments } from "../../../components/docker/dockerHost";
import { homesEnvironment } from "../../../components/user/homes";
import { planHomes } from "../../../components/user/homesPlan";
import { hubSettings } from "../../../components/hub/hub";
import { planImages } from "../../../components/image/plan";
import { stackNames } from "../../../components/docker/names";
import { servedPeople } from "../../../components/config/profiles/settings";
import { OTHERS } from "../../../components/config/users/others";
import type { Person } from "../../../components/config/users/people";
import { rosterJson } from "../../../components/hub/roster";
import type { Settings } from "../../../components/config/settings";
import { normaliseName } from "../../../components/config/values";
import { serverDefinition } from "../../../components/user/serverDefinition";
import { claim } from "./claim";

const CONTAINER = /^fuzz-[a-z0-9]+-[a-z0-9-]+$/;

/** Everything that is made of valid settings, looked at as Docker, a shell, ssh, a C library and Caddy would. */
export function checkPlan(settings: Settings): void {
    const names = stackNames(settings.stack, "kq3v7x2m");
    const images = planImages(settings);
    const homes = planHomes(settings);
    const containers = settings.people.map(person => names.person(person.name));
    claim(new Set(containers).size === containers.length, "two people with one container");
    claim(
        new Set(
            settings.people
                .filter(({ kind }) => kind === "plain")
                .map(person => names.home(person.homeName, person.newHome)),
        ).size === settings.people.filter(({ kind }) => kind === "plain").length,
        "two people with one home",
    );
    for (const person of servedPeople(settings).filter(({ name }) => name !== OTHERS)) {
        checkPerson(settings, person, names, images.notebooks[person.image].reference);
    }
    claim(
        settings.dynamic !== undefined || (images.homes === undefined) === (homes === undefined),
        "homes, and the image that makes them",
    );
    if (homes !== undefined) {
        for (const base of homes.bases) {
            claim(isHostPath(base) && !base.includes(":"), `homes in ${JSON.stringify(base)}`);
        }
        for (const { parts } of homes.homes) {
            claim(parts.length > 0 && parts.every(isComponent), `a home in ${JSON.stringify(parts)}`);
        }
        Object.entries(
            homesEnvironment({ names, instance: "kq3v7x2m", image: images.homes?.reference ?? "", plan: homes }),
        ).forEach(([name, value]) => checkVariable(name, value));
    }
    const references = [images.hub, images.proxy, images.gate, ...Object.values(images.notebooks)].map(
        ({ reference }) => reference,
    );
    for (const reference of references) {
        claim(
            /^[A-Za-z0-9][\w./:@-]*$/.test(reference) && !reference.endsWith(":latest") && /[:@]/.test(reference),
            `the image ${JSON.stringify(reference)}`,
        );
    }
    for (const { build } of [images.hub, ...Object.values(images.notebooks)]) {
        for (const name of ["PACKAGES", "PIP_PACKAGES"]) {
            const words = (build?.buildArgs[name] ?? "").split(" ").filter(word => word !== "");
            claim(
                words.every(word => /^[A-Za-z0-9]/.test(word) && !/[;&|$`'"\\()\s/:@]/.test(word)),
                `${name}=${build?.buildArgs[name]}`,
            );
        }
        claim(build === undefined || !/:latest$/.test(build.buildArgs.BASE ?? ""), "a base that floats");
    }
    const incarnations = new Map(settings.people.map(({ name }) => [name, "i"]));
    claim(
        isRoundTrip(
            rosterJson(
                {
                    deployment: "fuzz",
                    names,
                    people: settings.people,
                    dynamic: settings.dynamic,
                    gpus: settings.gpus,
                    authentication: settings.authentication,
                    incarnations,
                },
                "0".repeat(32),
            ),
        ),
        "the roster",
    );
    checkVariable("JUPYTERHUB_SETTINGS", JSON.stringify(hubSettings({ names, instance: "kq3v7x2m", settings })));
    Object.entries(commandEnvironment(settings.docker)).forEach(([name, value]) => checkVariable(name, value));
    if (settings.docker.host.startsWith("ssh://")) {
        const words = sshArguments(settings.docker, "true");
        claim(
            words.slice(words.indexOf("--") + 1).every(word => !word.startsWith("-")),
            `ssh ${words.join(" ")}`,
        );
        claim(
            /^[\w.:-]+$/.test(machineOf(settings.docker)?.name.replace(/^\[|\]$/g, "") ?? ""),
            `the machine of ${settings.docker.host}`,
        );
    }
    claim(/^https?:\/\/[a-z0-9._-]+(:\d+)?\/([A-Za-z0-9._~-]+\/)*$/.test(settings.url), `the URL ${settings.url}`);
    if (settings.https.mode !== "none") {
        const config = JSON.stringify(caddyConfig({ names, settings: { ...settings, https: settings.https } }));
        const own = /\{http\.request\.(host|uri)\}/g;
        claim(!/\{[\w.]+\}/.test(config.replace(own, "")), `a placeholder in Caddy's configuration: ${config}`);
    }
}

function checkPerson(settings: Settings, person: Person, names: ReturnType<typeof stackNames>, image: string): void {
    const { name, system } = person;
    claim(
        normaliseName(name) === name && name !== "" && !/[\0-\x1f/:\\$`'"*?<>|;&(){}[\]!#%^,=~]/.test(name),
        `the name ${JSON.stringify(name)}`,
    );
    const definition = serverDefinition({
        names,
        person,
        image,
        publicUrl: settings.url,
        storage: settings.storage,
        temporarySize: settings.homes.size,
        gpus: [],
        network: settings.network,
    });
    const text = (value: unknown) => value as string;
    claim(
        CONTAINER.test(text(definition.name)) && text(definition.name).length <= 63,
        `the container ${text(definition.name)}`,
    );
    claim(
        /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text(definition.hostname)),
        `the host name ${text(definition.hostname)}`,
    );
    claim(
        Number(definition.memory) >= 128 &&
            definition.memory === definition.memorySwap &&
            Number(definition.cpuQuota) >= 1000 &&
            person.pids >= 64,
        "limits",
    );
    claim(
        definition.privileged === undefined && JSON.stringify(definition.capabilities) === '{"drops":["ALL"]}',
        "rights",
    );
    claim(/^[1-9]\d*:[1-9]\d*$/.test(text(definition.user)), `the user ${text(definition.user)}`);
    Object.entries(definition.env).forEach(([variable, value]) => checkVariable(variable, value));
    for (const mount of (definition.mounts ?? []) as {
        type: string;
        source: string;
        target: string;
        readOnly: boolean;
    }[]) {
        claim(
            mount.type === "volume"
                ? /^fuzz-kq3v7x2m-shared-[a-z0-9_.-]+$/.test(mount.source)
                : isHostPath(mount.source),
            `mounts ${JSON.stringify(mount.source)}`,
        );
        claim(
            mount.type === "volume" ||
                !/^\/($|(proc|sys|dev|boot|root|run|var\/run|var\/lib\/docker)(\/|$))/.test(mount.source),
            `mounts ${mount.source}`,
        );
        claim(
            mount.type === "volume" || mount.readOnly || !/^\/(etc|usr|bin|sbin|lib)(\/|$)/.test(mount.source),
            `mounts ${mount.source} to be written`,
        );
        claim(
            isHostPath(mount.target) && !/^\/(proc|sys|dev|etc|usr|bin|sbin|lib|run)(\/|$)/.test(mount.target),
            `mounts at ${mount.target}`,
        );
    }
    for (const { volumeName } of (definition.volumes ?? []) as { volumeName: string }[]) {
        claim(
            /^fuzz-kq3v7x2m-home-[a-z0-9-]+$/.test(volumeName) && volumeName.length <= 255,
            `the volume ${volumeName}`,
        );
    }
    for (const [target, options] of Object.entries((definition.tmpfs ?? {}) as Record<string, string>)) {
        claim(isHostPath(target) && /^[\w=,]+$/.test(options), `tmpfs ${target} ${options}`);
    }
    if (system !== undefined) {
        claim(
            system.uid > 0 &&
                system.gid > 0 &&
                system.hostHome.startsWith(system.homesBase === "/" ? "/" : `${system.homesBase}/`),
            `the home ${system.hostHome}`,
        );
        const { passwd, group } = accountFiles({ ...person, system });
        claim(
            passwd
                .split("\n")
                .filter(line => line !== "")
                .every(line => line.split(":").length === 7),
            passwd,
        );
        claim(
            passwd.startsWith(`${name}:x:${system.uid}:${system.gid}:`) &&
                !/^[^:]*:[^:]*:0:.*$/m.test(passwd.split("\n")[0]),
            passwd,
        );
        claim(
            group
                .split("\n")
                .filter(line => line !== "")
                .every(line => line.split(":").length === 4),
            group,
        );
    }
}

/** What the C library and the kernel take: a name, and text that is not too long, without NUL. */
function checkVariable(name: string, value: string): void {
    claim(/^[A-Za-z_]\w*$/.test(name), `the variable ${JSON.stringify(name)}`);
    claim(typeof value === "string" && !value.includes("\0"), `the value ${JSON.stringify(value)} of ${name}`);
    claim(Buffer.byteLength(`${name}=${value}`) < 128 * 1024, `${name} is ${value.length} characters long`);
}

function isComponent(part: string): boolean {
    return !["", ".", ".."].includes(part) && !/[\0-\x1f/]/.test(part) && Buffer.byteLength(part) <= 255;
}

function isHostPath(path: string): boolean {
    return path.startsWith("/") && path.slice(1).replace(/\/$/, "").split("/").every(isComponent);
}

function isRoundTrip(json: string): boolean {
    return JSON.stringify(JSON.parse(json)) === json;
}
