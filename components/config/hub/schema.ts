/** The contract of `hub`: what JupyterHub itself is told besides. Pure. */
import { z } from "zod";
import { choice, DOCUMENT, flag, list, section, text, whole } from "../fields";

const part = (what: string) =>
    text(what).regex(/^[a-z0-9][a-z0-9-]{0,39}$/, { error: `${what} has 1 to 40 small letters, digits, -` });
const scope = text("a scope").regex(/^[a-z][a-z:_-]*(![a-z]+(=[^\s!]+)?)?$/, {
    error: "is no scope, such as list:users or read:users!group=staff",
});
const name = text("a name").min(1, { error: "expected a name" });

const service = section({
    name: part("a service's name").describe("small letters, digits, -"),
    url: text("a URL")
        .regex(/^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/\S*)?$/, {
            error: "expected a URL that the proxy reaches, such as http://reports:9000",
        })
        .optional()
        .describe("where it runs; people find it at /services/NAME/"),
    scopes: list(scope).default([]).describe("what its token may do"),
    oauthRedirectUri: text("a URL or path")
        .optional()
        .describe("where people come back to when they log in to it with the hub"),
    oauthNoConfirm: flag.default(false).describe("people are not asked whether it may know who they are"),
    display: flag.default(true).describe("in the menu of services"),
});

const role = section({
    name: part("a role's name").describe("small letters, digits, -"),
    description: text("a description").optional().describe("what it is for, for admins"),
    scopes: list(scope).describe("what those who have it may do"),
    users: list(name).default([]).describe("people of the list"),
    groups: list(name).default([]).describe("groups of the list"),
    services: list(name).default([]).describe("services of hub.services"),
});

export const hubSection = section({
    extraConfig: text("Python", DOCUMENT).optional().describe("Python that runs at the end of jupyterhub_config.py"),
    services: list(service).default([]).describe("programs that use the hub's API, or are a page behind its log-in"),
    roles: list(role).default([]).describe("rights besides those that everybody has"),
    templates: text("a folder")
        .regex(/^(?!.*(^|\/)\.\.?(\/|$))[\w.-]+(\/[\w.-]+)*\/?$/, {
            error: "expected a folder of the checkout, such as branding",
        })
        .optional()
        .describe("folder of the checkout with page templates (*.html) in place of JupyterHub's"),
    concurrentSpawns: whole("a number of servers", 1)
        .optional()
        .describe(
            "most servers that start at the same time, more wait for their turn; two for each CPU where it is left out",
        ),
    activeServers: whole("a number of servers", 1)
        .optional()
        .describe("most servers that run at the same time; no limit where it is left out"),
    adminAccess: flag.default(false).describe("whether admins may enter people's servers; each entry is logged"),
});

/** What becomes of a person's open connections to other people's servers when they are removed. */
export const revoke = choice(["soft", "hard"]);

export type HubSection = z.infer<typeof hubSection>;
