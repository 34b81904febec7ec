// Node ends a request that has not arrived whole after five minutes. An upload lasts as long as it lasts.
const http = require("node:http");
const { createServer } = http;
http.createServer = (options, ...rest) =>
    typeof options === "function" ? createServer({ requestTimeout: 0 }, options) : createServer({ ...options, requestTimeout: 0 }, ...rest);
