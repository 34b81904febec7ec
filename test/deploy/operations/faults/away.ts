/** What the proxy says while a target is away: of the hub and of a person's server what is true of each. */
import WebSocket from "ws";
import { HubClient } from "../../../support/deploy/hubClient";
import { waitFor } from "../../../support/deploy/waitFor";
import { docker } from "../../../support/deploy/docker";
import type { Faults } from "./lab";

const BROWSER = { Accept: "text/html,application/xhtml+xml" };

/** A route stays while the hub is away, so that what the proxy says can be read in peace. */
export function away(lab: Faults): void {
    const said = async (path: string, headers: Record<string, string>) => {
        const response = await fetch(`${lab.outputs.url}${path}`, { headers, redirect: "manual" });
        const [type] = (response.headers.get("content-type") ?? "").split(";");
        return { status: response.status, type, text: await response.text() };
    };

    lab.step("the proxy tells the hub from a server that is away, to people and to programs", async () => {
        const { alan } = lab.outputs.users;
        const client = new HubClient(lab.outputs.url, "alan");
        expect((await client.logIn(lab.outputs.passwords.alan)).status).toBe(302);
        await client.startServer(await client.token());
        docker("stop", lab.outputs.containers.hub);
        docker("kill", alan.container);
        try {
            expect(await said("user/alan/lab", BROWSER)).toMatchObject({
                status: 503,
                type: "text/html",
                text: expect.stringMatching(/This server does not answer(?!.*(keep running|hub does not))/s) as string,
            });
            expect(await said("hub/home", BROWSER)).toMatchObject({
                status: 503,
                type: "text/html",
                text: expect.stringMatching(/The hub does not answer.*keep running/s) as string,
            });
            // A server without a route is the hub's business.
            for (const [path, whose] of [
                ["user/alan/api/contents", "server"],
                ["hub/api/user", "hub"],
                ["user/grace/api", "hub"],
            ]) {
                const { status, type, text } = await said(path, { Accept: "application/json" });
                expect({ status, type, ...(JSON.parse(text) as object) }).toMatchObject({
                    status: 503,
                    type: "application/json",
                    away: whose,
                });
            }
            expect(await refusedSocket(`${lab.outputs.url}user/alan/api/kernels/x/channels`)).toBe(503);
            await lab.computing();
        } finally {
            docker("start", lab.outputs.containers.hub);
        }
        await waitFor(async () => (await fetch(`${lab.outputs.url}hub/health`)).ok, 60, "the hub");
        await waitFor(() => lab.known(), 60, "ada's server");
    });

    lab.step("somebody's state is told to nobody else", async () => {
        const { status, text } = await said("hub/own-server", {});
        expect({ status, text }).toEqual({ status: 403, text: '{"status": 403, "message": "Log in first."}' });
        const own = await lab.ada.request("hub/own-server?user=alan");
        expect(await own.json()).toEqual({
            url: "/user/ada/",
            message: "Your server runs, but does not answer at the moment.",
        });
    });
}

/** The status with which a websocket is refused. */
function refusedSocket(url: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
        const socket = new WebSocket(url.replace(/^http/, "ws"));
        socket.once("unexpected-response", (_, response) => {
            resolve(response.statusCode);
            socket.terminate();
        });
        socket.once("open", () => reject(new Error("it was opened")));
        socket.on("error", reject);
    });
}
