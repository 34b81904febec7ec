import * as fs from "node:fs";
import * as path from "node:path";
import { newsIn } from "../../../../scripts/docker/hubDatabase";

const COMMAND = /^PUT_BACK = "(.*)"$/m.exec(
    fs.readFileSync(path.join(__dirname, "../../../../images/hub/declared/store/database.py"), "utf8"),
)?.[1] as string;

it("the last word of the hub on its database is passed on, with a command that can be run", () => {
    const log = [
        "[I 2026-11-25 12:00:00.000 JupyterHub app:1] the database of somebody",
        "jupyterhub: the database is as it was before",
        `jupyterhub: the database is of a newer JupyterHub. Or: ${COMMAND} jupyterhub.sqlite-x`,
        "jupyterhub: roles[0] is wrong",
    ].join("\n");
    expect(newsIn(log, "dev-abc-hub-data", "jupyterhub-hub:0123")).toBe(
        "The hub: the database is of a newer JupyterHub. Or: docker run --rm --volume " +
            "dev-abc-hub-data:/srv/jupyterhub/data jupyterhub-hub:0123 python -m declared.store.database " +
            "jupyterhub.sqlite-x",
    );
});

it("a hub that has not said anything of it is no news", () => {
    expect(newsIn("JupyterHub is now running, internal Hub API at http://hub:8081/hub/\n", "v", "i")).toBeUndefined();
});
