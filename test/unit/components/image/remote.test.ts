/** What images are called in the registry of a Swarm. */
import { remoteReference, withoutDigest } from "../../../../components/image/remote";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("an image in the registry", () => {
    it.each([
        ["jupyterhub-singleuser:0123456789ab", "lab:5000/hub/jupyterhub-singleuser:0123456789ab"],
        ["quay.io/jupyter/minimal-notebook:2026-01-01", "lab:5000/hub/jupyter/minimal-notebook:2026-01-01"],
        ["jupyter/minimal-notebook:2026-01-01", "lab:5000/hub/jupyter/minimal-notebook:2026-01-01"],
        ["localhost/own:1", "lab:5000/hub/own:1"],
        [`quay.io:443/own@${DIGEST}`, "lab:5000/hub/own:0123456789ab"],
        [`quay.io/own:1@${DIGEST}`, "lab:5000/hub/own:1"],
    ])("%s is %s", (reference, remote) => {
        expect(remoteReference("lab:5000/hub", reference)).toBe(remote);
        expect(withoutDigest(`${remote}@${DIGEST}`)).toBe(remote);
    });
});
