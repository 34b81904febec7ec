// What this project's proxy does beside configurable-http-proxy: one spelling of people's names, and its own words while a
// target is away. Node loads it before the proxy.
import { createRequire } from "node:module";
import { STATUS_CODES } from "node:http";
import { ConfigurableProxy } from "configurable-http-proxy";

const require = createRequire(import.meta.url);
const { ownSpelling } = require("./addresses.cjs");
const { awayAnswer, isPage, targetOf } = require("./away.cjs");
const { currentLook, refreshLook } = require("./look.cjs");

const BASE = process.env.JUPYTERHUB_BASE_URL ?? "/";
const SECONDS = "3";
const ROUTE = Symbol("route");

const { handleProxyError, handleProxyWeb, handleProxyWs, targetForReq } = ConfigurableProxy.prototype;

/** A page gets its address in the address line too, as cookies belong to it; a program's request goes there at once. */
ConfigurableProxy.prototype.handleProxyWeb = function (req, res) {
    if (isPage(req.headers)) {
        void refreshLook(this.options.defaultTarget, BASE);
    }
    const url = ownSpelling(req.url, BASE);
    if (url !== req.url && ["GET", "HEAD"].includes(req.method) && isPage(req.headers)) {
        res.writeHead(302, { Location: url, "Cache-Control": "no-store", Vary: "Accept" }).end();
        return undefined;
    }
    req.url = url;
    return handleProxyWeb.call(this, req, res);
};

ConfigurableProxy.prototype.handleProxyWs = function (req, socket, head) {
    req.url = ownSpelling(req.url, BASE);
    return handleProxyWs.call(this, req, socket, head);
};

ConfigurableProxy.prototype.targetForReq = async function (req) {
    const match = await targetForReq.call(this, req);
    req[ROUTE] = match?.prefix;
    return match;
};

ConfigurableProxy.prototype.handleProxyError = function (code, kind, req, res, error) {
    // Without a response it counts and logs, and nothing more.
    handleProxyError.call(this, code, kind, req, undefined, error);
    // An address that cannot be read is not the proxy's fault.
    const status = error instanceof URIError ? 400 : code;
    if (!res || res.writableEnded) {
        return;
    }
    const away = status === 503 ? targetOf(req[ROUTE], BASE) : undefined;
    const { type, body } = said(status, away, kind, req);
    const headers = {
        "Content-Type": type,
        "Content-Length": Buffer.byteLength(body),
        "Cache-Control": "no-store",
        // By it pages/again.js tells this from what a server or the hub itself answers.
        ...(away === undefined ? {} : { "Retry-After": SECONDS, "X-Away": away, Vary: "Accept, Accept-Language" }),
    };
    if (kind === "ws") {
        const lines = Object.entries({ ...headers, Connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
        res.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
    } else if (res.headersSent) {
        // In the middle of a download. What has arrived must not look whole.
        res.destroy();
    } else {
        res.writeHead(status, headers).end(req.method === "HEAD" ? undefined : body);
    }
};

function said(status, away, kind, req) {
    return away !== undefined
        ? awayAnswer(away, kind === "ws" ? {} : req.headers, BASE, currentLook())
        : { type: "text/plain; charset=utf-8", body: `${STATUS_CODES[status]}\n` };
}
