/** People of a deployed stack from a registrar's export: what is asked, written, deployed and handed out. */
import * as fs from "node:fs";
import * as path from "node:path";
import { HubClient } from "../../support/deploy/hubClient";
import type { Outputs, Workspace } from "../../support/deploy/workspace";

/** Ada and Grace are deployed; the stack file is afterwards as it was. */
export async function aClass(workspace: Workspace, outputs: Outputs): Promise<void> {
    const { root, stack } = workspace;
    const file = path.join(root, "stacks", `Pulumi.${stack}.yaml`);
    const classFile = path.join(root, "class.csv");
    const people = ["Ada;Lovelace;ada@uni.example", "Grace;Hopper;grace@uni.example", "Zoë;Ångström;zoe@uni.example"];
    fs.writeFileSync(classFile, Buffer.from(["Vorname;Name;E-Mail", ...people].join("\r\n"), "latin1"));
    const before = fs.readFileSync(file, "utf8");
    const bring = (...more: string[]) =>
        workspace.run("users", stack, "import", classFile, "--group", "algebra", ...more);

    const unattended = await bring();
    expect(unattended).toMatchObject({ code: 1, stdout: "" });
    expect(unattended.stderr).toContain("+  zoe     Zoë Ångström, zoe@uni.example, + group algebra\n");
    expect(unattended.stderr).toMatch(/Nothing was changed\. Without a terminal it is written only with --yes\.\n$/);
    expect(fs.readFileSync(file, "utf8")).toBe(before);
    expect(await bring("--yes")).toMatchObject({ code: 0, stdout: "" });
    expect((await bring("--yes")).stderr).toContain("Nothing to change.\n");
    const preview = ["pulumi", "preview", "--stack", stack, "--non-interactive", "--diff"] as const;
    expect(await workspace.succeed(...preview)).toContain("-u-zoe");

    const table = await workspace.run("users", stack, "export", "--passwords");
    expect(table.stderr).toContain("not deployed yet): zoe\n");
    const rows = table.stdout
        .trimEnd()
        .split("\n")
        .map(line => line.split(","));
    expect(rows).toEqual([
        ["name", "email", "url", "password"],
        ...["ada", "grace"].map(name => [name, `${name}@uni.example`, workspace.url, outputs.passwords[name]]),
    ]);
    await new HubClient(workspace.url, "grace").logIn(rows[2][3]);

    fs.writeFileSync(classFile, "user\nada\n");
    expect((await bring("--sync", "--yes")).stderr).toContain("0 added, 0 changed, 2 gone, 1 as before\n");
    expect(JSON.parse(await workspace.succeed("users", stack, "list", "--json"))).toMatchObject([
        { name: "ada", admin: true },
    ]);
    fs.writeFileSync(file, before);
    await workspace.expectNoChanges();
}
