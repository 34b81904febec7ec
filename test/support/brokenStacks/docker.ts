/** Docker hosts. */
import type { BrokenStack } from "./brokenStack";

export const brokenDocker: BrokenStack[] = [
    {
        title: "Docker hosts that are none, or that anybody could use",
        config: [
            "jupyterhub:users: [ada]",
            "jupyterhub:docker: {host: 'ssh://ada:secret@lab', certPath: /etc/certs, socket: '/a:b', port: 22}",
        ].join("\n"),
        problems: [
            "docker.host: has a password in it; log in with a key (ssh-agent, or IdentityFile in ~/.ssh/config)",
            "docker.socket: a colon cannot be in a path that Docker mounts",
            'docker: unknown key "port"',
        ],
    },
    {
        title: "TCP to Docker without TLS",
        config: "jupyterhub:users: [ada]\njupyterhub:docker: {host: 'tcp://lab:2375'}",
        problems: [
            "docker.host: tcp:// without TLS makes root of everybody who reaches the port; set " +
                "docker.certPath, or use ssh://",
        ],
    },
    {
        title: "certificates for a host that has no use for them",
        config: "jupyterhub:users: [ada]\njupyterhub:docker: {host: 'ssh://lab', certPath: /etc/certs}",
        problems: ["docker.certPath: is for tcp:// hosts only; leave it out"],
    },
];
