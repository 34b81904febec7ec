import { withKey, withoutKey } from "../../../../scripts/files/openKey";

const FILE = `encryptionsalt: v1:abc
# the course
config: # of autumn

    # people
    jupyterhub:users: [ada]

    jupyterhub:rootSecret:
        secure: v1:x
`;

it("puts a key below config, with the file's own indent, and keeps everything else", () => {
    const text = withKey(FILE, "renamedFrom", "b") as string;
    expect(text).toBe(FILE.replace(/(config: .*\n)/, '$1    jupyterhub:renamedFrom: "b"\n'));
    expect(withoutKey(text, "renamedFrom")).toBe(FILE);
});

it("gives a key that is there another value, and takes care of names that YAML reads as numbers", () => {
    const text = withKey(FILE, "renamedFrom", "b") as string;
    expect(withKey(text, "renamedFrom", "1e3")).toBe(text.replace('"b"', '"1e3"'));
});

it("does not touch a file that it does not understand", () => {
    expect(withKey("config: {jupyterhub:users: [ada]}\n", "renamedFrom", "b")).toBeUndefined();
    expect(withKey("", "renamedFrom", "b")).toBeUndefined();
});
