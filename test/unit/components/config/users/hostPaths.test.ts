import { hostPathProblem, serverPathProblem, tidyPath } from "../../../../../components/config/users/hostPaths";

describe("directories", () => {
    it.each([
        "/",
        "/.",
        "/proc",
        "/run/docker.sock",
        "/var/run/docker.sock",
        "/var",
        "/var/lib",
        "/var/lib/docker/volumes",
        "/root/.ssh",
        "/dev/sda",
    ])("%s of the host is refused, read-only too", path => {
        expect(hostPathProblem(path, true)).toEqual(expect.any(String));
    });
    it.each(["/srv/data", "/home/ada", "/mnt", "/varx", "/data/run", "/tmp/x"])("%s of the host is allowed", path =>
        expect(hostPathProblem(path, false)).toBeUndefined(),
    );
    it.each(["/", "/etc/passwd", "/usr/lib", "/bin", "/proc/x"])("%s of a server is refused", path =>
        expect(serverPathProblem(path)).toEqual(expect.any(String)),
    );
    it.each(["/data", "/home/jovyan/work", "/opt/data", "/etcetera"])("%s of a server is allowed", path =>
        expect(serverPathProblem(path)).toBeUndefined(),
    );
    it("are compared in one spelling", () => expect(tidyPath("//a/./b///c/")).toBe("/a/b/c"));
});
