/** Serves the repositories of a folder over HTTP, as any git server does: node gitServer.mjs FOLDER PORT */
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { URL } from "node:url";

const [folder, port] = process.argv.slice(2);

createServer((request, response) => {
    const { pathname, search } = new URL(request.url, "http://git");
    const backend = spawn("git", ["http-backend"], {
        stdio: ["pipe", "pipe", "inherit"],
        env: {
            PATH: process.env.PATH,
            GIT_PROJECT_ROOT: folder,
            GIT_HTTP_EXPORT_ALL: "1",
            // Whoever made the folder, and whoever this runs as.
            GIT_CONFIG_COUNT: "1",
            GIT_CONFIG_KEY_0: "safe.directory",
            GIT_CONFIG_VALUE_0: "*",
            REQUEST_METHOD: request.method,
            PATH_INFO: decodeURIComponent(pathname),
            QUERY_STRING: search.slice(1),
            CONTENT_TYPE: request.headers["content-type"] ?? "",
            HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
            GIT_PROTOCOL: request.headers["git-protocol"] ?? "",
            REMOTE_ADDR: request.socket.remoteAddress,
        },
    });
    request.pipe(backend.stdin);
    const pieces = [];
    backend.stdout.on("data", piece => pieces.push(piece));
    backend.on("close", () => {
        const answer = Buffer.concat(pieces);
        const end = answer.indexOf("\r\n\r\n");
        const headers = Object.fromEntries(
            answer
                .subarray(0, end)
                .toString()
                .split("\r\n")
                .map(line => line.split(/: (.*)/)),
        );
        response.writeHead(parseInt(headers.Status ?? "200", 10), headers).end(answer.subarray(end + 4));
    });
}).listen(Number(port));
