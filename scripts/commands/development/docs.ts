import { UserError } from "../../../components/errors";
import { declare, examples, valued } from "../../terminal/declare";

const BASE = {
    needs: "where the site is on its server, such as /jupyterhub/",
    read: (text: string): string => {
        if (!/^\/([\w.-]+\/)*$/.test(text)) {
            throw new UserError(`--base needs where the site is on its server, such as /jupyterhub/; not ${text}`);
        }
        return text;
    },
};

const PORT = {
    needs: "a port: npm run docs -- --serve --port 4173",
    read: (text: string): number => {
        const port = Number(text);
        if (!Number.isInteger(port) || port < 1 || port > 65535) {
            throw new UserError(`--port ${text} is no port.`);
        }
        return port;
    },
};

export default declare({
    call: "npm run docs --",
    about: [
        "Builds the documentation site from README.md, docs/ and the other pages (scripts/docs/pages.ts), with a " +
            "search that needs no server, and prints the folder. Any web server can serve it. The first time it " +
            "installs what it needs (site/package-lock.json).",
        "It fails if a link between pages, an anchor or a picture leads nowhere. Links to other sites are not " +
            "followed.",
    ],
})
    .option("--serve", "show it on this machine, until Ctrl-C")
    .addOption(valued("--port <PORT>", "with --serve: at which port (4173)", PORT))
    .addOption(valued("--base <PATH>", "where the site is on its server (/)", BASE))
    .addHelpText("after", examples(["npm run docs -- --serve"], ["npm run docs -- --base /jupyterhub/"]))
    .action(async ({ serve = false, port = 4173, base = "/" }) => {
        const { buildSite, serveSite } = await import("../../docs/site");
        console.log(await buildSite(base));
        if (serve) {
            process.exitCode = await serveSite(base, port);
        }
    });
