/** Further servers in what is refused while servers run. */
import type { ExistingServer, ExistingServers } from "../../../../components/host/existing";
import { refuseMoving } from "../../../../components/preflight/moving";
import { refuseTransition } from "../../../../components/preflight/transition";
import { settingsOf } from "../../../support/unit/hub";
import { dynamic } from "../../../support/unit/dynamic";

const server: ExistingServer = { running: true, incarnation: "a1", definition: "0", address: "/", launched: true };
const existing: ExistingServers = new Map([
    ["grace", server],
    ["ada/work", { ...server, server: "work", address: "/lab/" }],
    ["ada", { ...server, running: false }],
]);

it("the launcher's servers are in the way of declared ones, each by its name", () => {
    expect(() => refuseTransition(settingsOf({ users: ["ada"] }), existing)).toThrow(
        "spawning: declared: the launcher has made these people's servers, whose names are needed: ada, ada/work, " +
            "grace. Nothing was changed.\n" +
            "Run this again when they have stopped, or stop all, with a word to them: npm run drain -- test " +
            "(while the hub is away: npm run kick -- test ada ada/work grace)",
    );
});

it("a further server keeps the hub where it can be reached", () => {
    expect(() => refuseMoving(settingsOf(dynamic(["ada"])), existing)).toThrow(
        "people would no longer reach their running servers (ada/work); nothing was changed.",
    );
});
