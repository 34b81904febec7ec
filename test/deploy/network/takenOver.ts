/** All of the lab's network at once: images, servers and their requests go by it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { capture } from "../../../scripts/terminal/process";
import { TestRegistry } from "../../support/deploy/lab";
import { runWith } from "../../support/deploy/shell";
import { docker } from "../../support/deploy/docker";
import { PROXY_PASSWORD, PROXY_USER, third, SUBNET, type Networks } from "./lab";

export function takenOver(net: Networks): void {
    const { step } = net;

    /** A folder for the front of PATH whose `docker` writes down how it is called. */
    function listeningDocker(log: string): string {
        const bin = path.join(net.workspace.folder, "bin");
        const real =
            docker("version", "--format", "x") &&
            (process.env.PATH ?? "")
                .split(path.delimiter)
                .map(dir => path.join(dir, "docker"))
                .find(file => fs.existsSync(file));
        fs.mkdirSync(bin);
        fs.writeFileSync(
            path.join(bin, "docker"),
            `#!/bin/sh\necho "$DOCKER_CONFIG $*" >> ${log}\n[ -z "$DOCKER_CONFIG" ] || stat -c '%a %n' ` +
                `"$DOCKER_CONFIG" "$DOCKER_CONFIG"/config.json >> ${log}\nexec ${real} "$@"\n`,
            { mode: 0o755 },
        );
        return bin;
    }

    step("with nobody at work all of it is taken over: networks, proxy, registries", async () => {
        await net.workspace.secret("registryPasswords", TestRegistry.password, net.registry.address);
        const before = net.ids();
        const log = path.join(net.workspace.folder, "docker.log");
        const { code, stdout, stderr } = await runWith(
            net.workspace,
            { PATH: `${listeningDocker(log)}:${process.env.PATH}` },
            "up",
            net.workspace.stack,
        );
        expect({ code, text: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, text: "" });
        net.outputs = await net.workspace.outputs();
        const after = net.ids();
        const { hub, proxy: front, gate } = net.outputs.containers;
        for (const name of [hub, front, gate, net.outputs.users.ada.container]) {
            expect({ name, same: after[name] === before[name] }).toEqual({ name, same: false });
        }
        await net.workspace.expectNoChanges();

        // The log-in reaches the docker command by a file that only its owner may read, and that is gone.
        const calls = fs.readFileSync(log, "utf8");
        const folders = [...calls.matchAll(/^(\/\S+) .*login --username robot --password-stdin/gm)].map(
            ([, folder]) => folder,
        );
        expect(folders).toHaveLength(1);
        expect(calls).toContain(`700 ${folders[0]}\n600 ${folders[0]}/config.json\n`);
        expect(fs.existsSync(folders[0])).toBe(false);
        for (const secret of [TestRegistry.password, PROXY_PASSWORD, encodeURIComponent(PROXY_PASSWORD)]) {
            expect({ secret, told: (calls + stdout + stderr).includes(secret) }).toEqual({ secret, told: false });
        }
    });

    step("images come from the registry, by the mirror, and through the proxy", async () => {
        const imageOf = (name: string) =>
            docker("inspect", "--format", "{{.Config.Image}}", net.outputs.users[name].container);
        expect(imageOf("puller")).toBe(`${net.registry.address}/lab/private:1`);
        expect(imageOf("mirrorer")).toBe(`${net.registry.address}/lab/mirrored:1`);
        expect(imageOf("deriver")).toMatch(/^jupyterhub-derived:[0-9a-f]{16}$/);
        expect(docker("run", "--rm", "--network", "none", imageOf("fetcher"), "cat", "/fetched")).toBe("by proxy");
        expect(net.proxy.seen).toContain(`GET http://files.lab.test/${net.workspace.stack} ${PROXY_USER}`);
    });

    step("the proxy is neither in an image nor in its tag", async () => {
        const image = docker("inspect", "--format", "{{.Config.Image}}", net.outputs.users.fetcher.container);
        const told =
            docker("history", "--no-trunc", image) +
            docker("image", "inspect", image) +
            docker("run", "--rm", "--network", "none", image, "env");
        expect(told).not.toMatch(new RegExp(`${net.proxy.address}|${PROXY_USER}|_proxy=`, "i"));
        // With another proxy the images are what they were: a plan has nothing to do with them.
        net.workspace.writeConfig(net.lab("10.255.255.254:3128"));
        const { code, stdout } = await net.preview("--diff");
        net.workspace.writeConfig(net.lab());
        expect(code).toBe(0);
        expect(stdout).toMatch(/\+-docker:index\/container:Container: \(replace\)/);
        expect(stdout).not.toMatch(/(\+|-|~)-?docker:index\/remoteImage:RemoteImage/);
    });

    step("a server has the network's addresses, MTU and DNS", async () => {
        await net.startAda();
        expect(await net.ada.kernel.run("import socket; print(socket.gethostbyname(socket.gethostname()))")).toMatch(
            new RegExp(`^10\\.213\\.${third}\\.\\d+\n$`),
        );
        expect(await net.ada.kernel.run("print(open('/sys/class/net/eth0/mtu').read(), end='')")).toBe("1450\n");
        expect(
            await net.ada.kernel.run(
                "print([line.split() for line in open('/etc/resolv.conf') if line.startswith('search')])",
            ),
        ).toBe("[['search', 'lab.test']]\n");
        expect(
            await net.ada.kernel.run(
                "print(socket.gethostbyname('printer'), socket.gethostbyname('printer.lab.test'))",
            ),
        ).toBe("10.9.8.7 10.9.8.7\n");
        expect(
            docker(
                "network",
                "inspect",
                "--format",
                "{{(index .IPAM.Config 0).Gateway}}",
                `${net.outputs.containers.hub.replace(/-hub$/, "")}-people`,
            ),
        ).toBe(`10.213.${third}.1`);
        expect(docker("exec", net.outputs.containers.hub, "cat", "/etc/resolv.conf")).toMatch(/^search lab\.test$/m);
    });

    step("a server's requests go through the proxy, and those inside the stack do not", async () => {
        net.proxy.seen.length = 0;
        expect(
            await net.ada.kernel.run(
                "import os, urllib.request as r; print(r.urlopen('http://news.lab.test/today').read())",
            ),
        ).toBe("b'by proxy\\n'\n");
        expect(net.proxy.seen).toEqual([`GET http://news.lab.test/today ${PROXY_USER}`]);
        net.proxy.seen.length = 0;
        expect(
            await net.ada.kernel.run(
                "h = r.Request(os.environ['JUPYTERHUB_API_URL'] + '/user', headers={'Authorization': 'token ' + " +
                    "os.environ['JUPYTERHUB_API_TOKEN']}); import json; print(json.load(r.urlopen(h))['name'])",
            ),
        ).toBe("ada\n");
        const variables = await net.ada.kernel.run(
            "print({name: os.environ[name] for name in os.environ if name.lower() == 'no_proxy'})",
        );
        expect(await net.ada.kernel.run("print(os.environ['PIP_INDEX_URL'])")).toBe("https://mirror.lab.test/simple\n");
        const { hub, proxy: front } = net.outputs.containers;
        const direct = `localhost,127.0.0.1,::1,${hub},${front},${SUBNET},.intern.test`;
        expect(eval(`(${variables})`)).toEqual({ no_proxy: direct, NO_PROXY: direct });
        // The hub started this server, watches it and asks gate and proxy, all with the same variables.
        expect(docker("exec", hub, "sh", "-c", "echo $no_proxy")).toBe(
            `localhost,127.0.0.1,::1,${hub},${front},${SUBNET},${net.outputs.containers.gate},.intern.test`,
        );
        await net.stopAda();
        await net.startAda();
        expect(net.proxy.seen).toEqual([]);
        // As an identity provider is asked. Not by `docker`, which waits without letting the proxy in this process
        // answer.
        const ask =
            "import asyncio\nfrom tornado.httpclient import AsyncHTTPClient as " +
            "Client\nClient.configure('tornado.curl_httpclient.CurlAsyncHTTPClient')\nasync def ask(): " +
            "print((await Client().fetch('http://idp.lab.test/')).body)\nasyncio.run(ask())";
        expect(await capture("docker", ["exec", hub, "python", "-c", ask])).toMatchObject({
            code: 0,
            stdout: "b'by proxy\\n'\n",
        });
        expect(net.proxy.seen).toEqual([`GET http://idp.lab.test/ ${PROXY_USER}`]);
    });
}
