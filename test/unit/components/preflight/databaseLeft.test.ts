import { Docker } from "../../../../components/host/client";
import type { ListedContainer } from "../../../../components/host/listed";
import { LOCAL_DOCKER } from "../../../../components/docker/dockerHost";
import { refuseLeavingData } from "../../../../components/preflight/databaseLeft";

const names = { hub: "P-hub", hubData: "P-hub-data" };
const hub = (database: string) => [
    { name: "P-hub", image: "hub:1", labels: { database } } as unknown as ListedContainer,
];

/** Docker that answers each `docker run` the same. */
class Answering extends Docker {
    readonly asked: string[] = [];
    constructor(private readonly answer: { code: number; stdout: string; stderr: string }) {
        super(LOCAL_DOCKER);
    }
    override run(args: readonly string[]) {
        this.asked.push(args.join(" "));
        return Promise.resolve(this.answer);
    }
}

const leaving = (docker: Docker, kind: "sqlite" | "postgresql", listed: readonly ListedContainer[]) =>
    refuseLeavingData(
        { stack: "course", database: kind === "sqlite" ? { kind } : { kind, ca: "" } },
        names,
        listed,
        docker,
    );

it("asks the volume only where a hub on PostgreSQL is to be one on SQLite", async () => {
    const docker = new Answering({ code: 0, stdout: "", stderr: "" });
    await leaving(docker, "postgresql", hub("postgresql"));
    await leaving(docker, "sqlite", hub(""));
    await leaving(docker, "sqlite", []);
    expect(docker.asked).toEqual([]);
    await leaving(docker, "sqlite", hub("postgresql"));
    expect(docker.asked).toEqual([
        "run --rm --interactive --pull never --log-driver none --network none --read-only --tmpfs /tmp " +
            "--cap-drop ALL --security-opt no-new-privileges " +
            "--mount type=volume,source=P-hub-data,target=/srv/jupyterhub/data,readonly " +
            "--entrypoint python hub:1 -m declared.store.once has-left",
    ]);
});

it.each([
    [{ code: 0, stdout: "hub at db:5432", stderr: "" }, "hub at db:5432"],
    [{ code: 125, stdout: "", stderr: "No such image\n" }, "No such image"],
])("refuses it while the data are elsewhere, or nobody knows", async (answer, where) => {
    await expect(leaving(new Answering(answer), "sqlite", hub("postgresql"))).rejects.toThrow(
        `database: the hub's data are in PostgreSQL (${where}), and without its URL people would be unknown to the hub. ` +
            "Nothing was changed.\nMove them back: put the URL back (npm run secret -- course database), then " +
            "npm run database -- course --to sqlite",
    );
});
