/**
 * Runs a browser in a network namespace that has only a loopback. On Docker's own machine a browser sees the network of
 * each container come and go, and drops whatever it is loading at that moment (ERR_NETWORK_CHANGED); in here nothing
 * ever changes. What it asks for leaves by a SOCKS proxy on that loopback, which is a Unix socket outside.
 *
 * Run as: unshare --net node ownNetwork.mjs SOCKET PORT BROWSER ARGUMENT…
 */
import { execFileSync, spawn } from "node:child_process";
import net from "node:net";

const [socket, port, browser, ...args] = process.argv.slice(2);
execFileSync("ip", ["link", "set", "lo", "up"]);

const relay = net.createServer(inside => {
    const outside = net.connect(socket);
    inside.pipe(outside).pipe(inside);
    inside.on("error", () => outside.destroy());
    outside.on("error", () => inside.destroy());
});
relay.listen(Number(port), "127.0.0.1", () => {
    // 3 and 4: the pipes by which Playwright speaks with the browser.
    spawn(browser, args, { stdio: ["inherit", "inherit", "inherit", 3, 4] }).on("exit", code =>
        process.exit(code ?? 1),
    );
});
