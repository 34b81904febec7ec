import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { checkHostDirectories, listContainers } from "../../../../../components/host";
import { LOCAL_DOCKER } from "../../../../../components/docker";
import { planImages } from "../../../../../components/image";
import { planHomes } from "../../../../../components/user";
import { Docker } from "../../../../../scripts/docker/docker";
import { brokenContainers } from "../../../../../scripts/docker/probe";
import { checkStackFile, parseStackFile } from "../../../../../scripts/files/stackFile";
import { driftIn } from "../../../../../scripts/pulumi/drift";
import { isLocked } from "../../../../../scripts/pulumi/recover";
import { CONTAINER, SERVER } from "../../../../../scripts/pulumi/resourceTypes";
import { plannedFrom, textOf } from "../../../../../scripts/stack/unchanged/planned";
import { findUnchanged, findUntouched, noteDeployed } from "../../../../../scripts/stack/unchanged/unchanged";

const URNS = ["", `$${CONTAINER}`].map(
    type => `urn:pulumi:lab::jupyterhub::jupyterhub:docker:JupyterHub$${SERVER}${type}::jupyterhub-user-ada`,
);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-unchanged-"));
const inFolder = (...names: string[]) => path.join(folder, ...names);
const write = (name: string, text: string) => fs.writeFileSync(inFolder(name), text);

jest.mock("../../../../../scripts/files/paths", () => ({
    ...jest.requireActual<object>("../../../../../scripts/files/paths"),
    dataDir: () => folder,
    stackFile: () => inFolder("Pulumi.lab.yaml"),
}));
jest.mock("../../../../../scripts/pulumi/backend", () => ({ stateFile: () => inFolder("state.json") }));
jest.mock("../../../../../scripts/pulumi/environment", () => ({ pulumiEnv: () => Promise.resolve({}) }));
jest.mock("../../../../../scripts/docker/docker", () => ({
    ...jest.requireActual<object>("../../../../../scripts/docker/docker"),
    ensureDocker: () => Promise.resolve({}),
}));
jest.mock("../../../../../scripts/docker/probe", () => ({
    brokenContainers: jest.fn(() => []),
    infrastructureOf: () => ({}),
}));
jest.mock("../../../../../scripts/pulumi/drift", () => ({
    driftIn: jest.fn(() => []),
    lookAt: () => Promise.resolve({ containers: [] }),
}));
jest.mock("../../../../../scripts/pulumi/recover", () => ({
    isLocked: jest.fn(() => false),
    readDeployment: () =>
        Promise.resolve({
            resources: [
                { urn: "s", type: "pulumi:pulumi:Stack", outputs: { containers: { hub: "lab-kq3v7x2m-hub" } } },
                { urn: URNS[0], type: SERVER },
                { urn: URNS[1], type: CONTAINER, id: "0a", inputs: { name: "lab-kq3v7x2m-u-ada" } },
            ],
        }),
}));
jest.mock("../../../../../components/user", () => {
    const actual = jest.requireActual<{ planHomes: () => unknown }>("../../../../../components/user");
    return { ...actual, planHomes: jest.fn(actual.planHomes) };
});
jest.mock("../../../../../components/image", () => {
    const actual = jest.requireActual<{ planImages: () => unknown }>("../../../../../components/image");
    return { ...actual, planImages: jest.fn(actual.planImages) };
});
const LISTED = [{ id: "0a", name: "lab-kq3v7x2m-u-ada" }];
jest.mock("../../../../../components/host", () => ({
    ...jest.requireActual<object>("../../../../../components/host"),
    checkHostDirectories: jest.fn(() => []),
    listContainers: jest.fn(() => Promise.resolve(LISTED)),
}));

const FILE = `config:
  jupyterhub:users:
    - {name: ada, kind: system, uid: 2001, gid: 2001}
  jupyterhub:homes: {skeleton: stacks/skel}
  jupyterhub:hub: {templates: pages}
  jupyterhub:look: {logo: logo.svg}
`;
const read = () => checkStackFile("lab", parseStackFile("lab", fs.readFileSync(inFolder("Pulumi.lab.yaml"), "utf8")));
const authorities = { SSL_CERT_FILE: inFolder("ca.pem") };
const from = () => plannedFrom(read(), authorities).whole;

beforeEach(() => {
    fs.mkdirSync(inFolder("pages"), { recursive: true });
    write("Pulumi.lab.yaml", FILE);
    write("pages/login.html", "hello");
    write("logo.svg", "<svg></svg>");
    write("ca.pem", "one");
    write("state.json", "{}");
});
const checkout = process.cwd();
beforeAll(() => process.chdir(folder)); // Files of a checkout are named from its folder.
afterAll(() => {
    process.chdir(checkout);
    fs.rmSync(folder, { recursive: true });
});

describe("what a plan is made from", () => {
    it("is the same where nothing was touched", () => {
        expect(from()).toBe(from());
    });

    it.each([
        ["stack file", () => write("Pulumi.lab.yaml", `${FILE}  jupyterhub:namedServers: 0\n`)],
        ["comment in the stack file", () => write("Pulumi.lab.yaml", `# People\n${FILE}`)],
        ["file for new homes", () => void (planHomes as jest.Mock).mockReturnValueOnce({ skeleton: [] })],
        ["image", () => void (planImages as jest.Mock).mockReturnValueOnce({})],
        ["page of the hub", () => write("pages/login.html", "hello!")],
        ["page more", () => write("pages/home.html", "")],
        ["logo", () => write("logo.svg", "<svg ></svg>")],
        ["authority of this machine", () => write("ca.pem", "two")],
        ["authority less", () => fs.rmSync(inFolder("ca.pem"))],
    ])("is another with another %s", (what, change) => {
        const before = from();
        const settings = read();
        change();
        expect(plannedFrom(/stack file/.test(what) ? read() : settings, authorities).whole).not.toBe(before);
    });

    it("is another with other settings of the same file, such as an account's user id", () => {
        const settings = read();
        const [ada] = settings.people;
        const moved = { ...settings, people: [{ ...ada, system: { ...ada.system, uid: 2002 } }] };
        expect(plannedFrom(moved as typeof settings, authorities).whole).not.toBe(from());
    });
});

describe("a value as text", () => {
    it("is the same however its parts came about", () => {
        const [shared, cut] = [{ a: 1 }, "— abcdefghijklmnopqrst".slice(2)];
        expect(textOf([shared, shared, cut])).toBe(textOf([{ a: 1 }, { a: 1 }, "abcdefghijklmnopqrst"]));
    });

    it("is another for each other value", () => {
        const values = [
            {},
            [],
            null,
            0,
            "",
            Infinity,
            NaN,
            1n,
            "1",
            new Map(),
            new Set(),
            new Set([1]),
            new Map([[1, 2]]),
        ];
        expect(new Set(values.map(value => textOf([value]))).size).toBe(values.length);
    });
});

describe("an up", () => {
    const unchanged = async () => (await findUnchanged("lab"))?.names.hub;
    const left = (deferred: readonly string[] = []) =>
        noteDeployed({ name: "lab", env: {} }, plannedFrom(read()), deferred);

    beforeEach(() => left());

    it("needs no Pulumi where all is as the last one left it", async () => {
        expect(await unchanged()).toBe("lab-kq3v7x2m-hub");
    });

    const once = (mocked: jest.Mock, value: unknown) => () => void mocked.mockReturnValueOnce(value);
    it.each<[string, () => void]>([
        ["a first time", () => fs.rmSync(inFolder("stacks", "lab.deployed"))],
        ["a damaged note", () => write("stacks/lab.deployed", "{")],
        ["an edit", () => write("Pulumi.lab.yaml", `${FILE}  jupyterhub:namedServers: 0\n`)],
        ["a state that another command has written", () => write("state.json", "{ }")],
        ["another run at work", once(isLocked as jest.Mock, true)],
        ["a missing home", once(checkHostDirectories as jest.Mock, ["ada"])],
        ["a missing or stopped container", once(brokenContainers as jest.Mock, ["lab-kq3v7x2m-hub"])],
        ["something changed by hand", once(driftIn as jest.Mock, [{}])],
        ["somebody whose change waits", () => left(["ada"])],
    ])("asks Pulumi after %s", async (_, change) => {
        change();
        expect(await unchanged()).toBeUndefined();
    });

    it("that changed something on its way is not taken for another's", async () => {
        const before = plannedFrom(read());
        write("pages/login.html", "edited while Pulumi ran");
        noteDeployed({ name: "lab", env: {} }, before, []);
        expect(await unchanged()).toBeUndefined();
    });
});

describe("an up after an edit", () => {
    const stack = { name: "lab", env: {} };
    const MORE = `${FILE.replace("users:", "users:\n    - {name: grace, kind: system, uid: 2003, gid: 2003}")}`;
    const untouched = () => findUntouched(stack, plannedFrom(read()), new Docker(LOCAL_DOCKER));
    const edit = (text: string) => () => write("Pulumi.lab.yaml", text);

    beforeEach(() => noteDeployed(stack, plannedFrom(read()), []));

    it.each<[string, string]>([
        ["somebody more", MORE],
        ["another order", `# People\n${MORE}`],
    ])("of the list (%s) leaves alone whoever is in it as before", async (_, text) => {
        edit(text)();
        expect(await untouched()).toEqual({ people: ["ada"], urns: URNS });
    });

    const listed = (...some: typeof LISTED) => void (listContainers as jest.Mock).mockResolvedValueOnce(some);
    it.each<[string, () => void]>([
        ["of the person", edit(FILE.replace("2001}", "2001, memory: 2G}"))],
        ["of anything besides", edit(`${MORE}  jupyterhub:namedServers: 0\n`)],
        ["of what opens the secrets", edit(`encryptionsalt: v1:x\n${MORE}`)],
        ["where another command has written the state", () => write("state.json", "{ }")],
        ["where another run is at work", () => void (isLocked as jest.Mock).mockReturnValueOnce(true)],
        ["where the container is missing", () => listed()],
        ["where the container was made anew by hand", () => listed({ ...LISTED[0], id: "0b" })],
        ["where the container has another name", () => listed({ ...LISTED[0], name: "mine" })],
        ["where GPUs are handed out", edit(FILE.replace("2001}", "2001, gpus: 1}"))],
        ["where an earlier version left the note", () => write("stacks/lab.deployed", '{"from":"0f","state":"0f"}')],
    ])("%s leaves nobody alone", async (_, change) => {
        change();
        expect(await untouched()).toEqual({ people: [], urns: [] });
    });

    it("leaves nobody alone whose change waits", async () => {
        noteDeployed(stack, plannedFrom(read()), ["ada"]);
        expect(await untouched()).toEqual({ people: [], urns: [] });
    });
});
