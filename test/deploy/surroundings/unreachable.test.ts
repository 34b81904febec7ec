/** Why another machine's Docker may not be had: each cause by name, and what to do. */
import * as fs from "node:fs";
import * as path from "node:path";
import { RemoteMachine } from "../../support/deploy/machine";
import { Workspace } from "../../support/deploy/workspace";

let machine: RemoteMachine;
let workspace: Workspace;

beforeAll(async () => {
    machine = await RemoteMachine.create();
    workspace = await Workspace.create("jupyterhub:users: [ada]");
    process.env.PATH = `${machine.bin}:${process.env.PATH ?? ""}`; // For what is started with this environment.
});
afterAll(() => {
    workspace?.remove();
    machine?.remove();
});

describe("a machine that cannot be had is named with the cause, before anything is touched", () => {
    const refused = async (docker: string, message: string) => {
        workspace.writeConfig(`jupyterhub:users: [ada]\njupyterhub:docker: ${docker}`);
        const result = await workspace.run("up", workspace.stack);
        expect(result).toEqual({ code: 1, stdout: "", stderr: `${message}\n` });
        expect(fs.existsSync(path.join(workspace.folder, "data"))).toBe(false);
        expect(fs.readFileSync(workspace.stackFile, "utf8")).not.toContain("encryptionsalt");
    };
    const over = (host: string, cause: string, remedy: string) =>
        refused(`{host: "${host}"}`, `Docker does not answer at ${host}: ${cause}.\n${remedy}`);
    const by = (host: string) => host.replace("ssh://", "ssh -p 2222 ").replace(/:\d+$/, "");
    afterEach(() => machine.knownHosts("right"));

    it("ssh: no such name", () =>
        over(
            "ssh://keeper@nowhere.invalid",
            "there is no machine of the name nowhere.invalid",
            "Correct jupyterhub:docker (for ssh, the name may also stand in ~/.ssh/config).",
        ));
    it("ssh: nothing listens", () =>
        over(
            machine.ssh("keeper", 9),
            `the machine does not answer there (ssh: connect to host ${machine.address} port 9: Connection refused)`,
            "Is it on, does its firewall let you through, and is the port right?",
        ));
    it("ssh: a host key that is not known", () => {
        machine.knownHosts("none");
        return over(
            machine.ssh("keeper"),
            "its host key is not known here",
            `Log in once by hand, compare the key and accept it: ${by(machine.ssh("keeper"))}`,
        );
    });
    it("ssh: another host key", () => {
        machine.knownHosts("wrong");
        return over(
            machine.ssh("keeper"),
            "its host key is not the one that is known here; it may be another machine",
            `If it was set up anew, forget the old key (ssh-keygen -R '[${machine.address}]:2222') and log ` +
                `in once by hand to see the new one: ${by(machine.ssh("keeper"))}`,
        );
    });
    it("ssh: not let in", () =>
        over(
            machine.ssh("stranger"),
            `ssh does not let stranger in (stranger@${machine.address}: Permission denied (publickey).)`,
            "It has to work without a question, by a key in ssh-agent or one without a passphrase: " +
                `${by(machine.ssh("stranger")).replace("ssh", "ssh -o BatchMode=yes")} true`,
        ));
    it("ssh: let in, but not to Docker", () =>
        over(
            machine.ssh("ada"),
            "Docker runs there, but ada may not use it",
            "On that machine, add ada to its group and log in again: sudo usermod -aG docker ada",
        ));
    it("tcp: nothing listens", () =>
        refused(
            `{host: "${machine.tcp(9)}", certPath: ${machine.file("certs", "right")}}`,
            `Docker does not answer at ${machine.tcp(9)}: the machine does not answer there.\nIs it on, does ` +
                "its firewall let you through, and is the port right?",
        ));
    it("tcp: another authority than the machine's", () => {
        const certs = machine.file("certs", "otherCa");
        return refused(
            `{host: "${machine.tcp()}", certPath: ${certs}}`,
            `Docker does not answer at ${machine.tcp()}: its certificate is not signed by ` +
                `${certs}/ca.pem.\nIt is another machine, or ca.pem is not the authority that its dockerd's ` +
                "certificate (--tlscert) was made by.",
        );
    });
    it("tcp: a certificate that the machine does not trust", () => {
        const certs = machine.file("certs", "otherClient");
        return refused(
            `{host: "${machine.tcp()}", certPath: ${certs}}`,
            `Docker does not answer at ${machine.tcp()}: it refuses ${certs}/cert.pem (remote error: tls: ` +
                "bad certificate).\nThe certificate has expired, or is not of the authority that its dockerd " +
                "trusts (--tlscacert).",
        );
    });
    it("tcp: files that are missing or none", () => {
        const certs = machine.file("certs", "few");
        fs.mkdirSync(certs);
        fs.writeFileSync(path.join(certs, "ca.pem"), "not a certificate");
        return refused(
            `{host: "${machine.tcp()}", certPath: ${certs}}`,
            `docker.certPath: ${certs} needs ca.pem, cert.pem and key.pem, as Docker's DOCKER_CERT_PATH; ` +
                "ca.pem is no PEM file, cert.pem is missing, key.pem is missing. Nothing was changed.",
        );
    });
});
