/** Day two: people's servers are stopped kindly, and what is changed while they work. One deployment, step by step. */
import { Workspace } from "../../support/deploy/workspace";
import { PEOPLE, DayTwo } from "./dayTwo/lab";
import { stopping } from "./dayTwo/stopping";
import { renames } from "./dayTwo/renames";
import { upgrades } from "./dayTwo/upgrades";
import { homes } from "./dayTwo/homes";
import { idle } from "./dayTwo/idle";

const lab = new DayTwo();

beforeAll(async () => {
    lab.workspace = await Workspace.create(PEOPLE);
    await lab.workspace.up();
    lab.outputs = await lab.workspace.outputs();
    for (const name of Object.keys(lab.outputs.users)) {
        const client = await lab.loggedIn(name);
        lab.tokens[name] = await client.token();
    }
});
afterAll(() => lab.workspace?.remove());

stopping(lab);
renames(lab);
upgrades(lab);
homes(lab);
idle(lab);
