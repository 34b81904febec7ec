/** What keeps a stack's people apart, looked at and taken away, whichever firewall Docker has its rules in. */
import { docker as here } from "./docker";

/** A stack's instance id, by the name of one of its containers. */
export function instanceOf(container: string): string {
    return container.split("-")[1];
}

type Docker = (...args: string[]) => string;

/** The rules of a stack's guard, by the programs of its image: what they read is the same on each machine. */
export class Rules {
    private readonly image: string;

    constructor(
        guard: string,
        private readonly instance: string,
        private readonly docker: Docker = here,
    ) {
        this.image = docker("inspect", "--format", "{{.Config.Image}}", guard);
    }

    /** All that is set, in the guard's table and past Docker's rules; without those about other networks' bridges. */
    all(): string[] {
        const lines = this.sh(`
            nft -s list table inet jhg-$ID 2>/dev/null
            if has nftables; then
                nft -s list chain ip docker-bridges JHG-$ID
                nft -s list chain ip docker-bridges filter-FORWARD | grep JHG-$ID
            fi 2>/dev/null
            for save in iptables-nft-save ip6tables-nft-save; do $save; done | grep JHG-$ID
            legacy`);
        return lines.split("\n").filter(line => line.trim() !== "" && !/^\s*oifname "[^"]+" drop$/.test(line));
    }

    /** As somebody does who loads a firewall of their own; ports are isolated no more. */
    takeAway(): void {
        this.sh(`
            nft delete table inet jhg-$ID
            if has nftables; then
                nft -a list chain ip docker-bridges filter-FORWARD | sed -n "s/.*JHG-$ID .*handle //p" | while read -r handle; do
                    nft delete rule ip docker-bridges filter-FORWARD handle $handle
                done
                nft flush chain ip docker-bridges JHG-$ID
                nft delete chain ip docker-bridges JHG-$ID
            fi
            iptables-nft-save -t filter | grep -e "-j JHG-$ID" | sed "s/^-A/-D/" | while read -r rule; do iptables-nft $rule; done
            iptables-nft -F JHG-$ID && iptables-nft -X JHG-$ID
            legacy | sed "s/^-A/-D/" | while read -r rule; do iptables-legacy $rule; done
            for port in /sys/class/net/jh-$ID/brif/*; do bridge link set dev $(basename $port) isolated off; done`);
    }

    /**
     * Somebody's rule that drops what passes between the network's containers, whatever the guard lets through; or no
     * more.
     */
    cut(on: boolean): void {
        const made = [
            "add table ip jh-cut-$ID",
            "add chain ip jh-cut-$ID forward { type filter hook forward priority 10; }",
            "add rule ip jh-cut-$ID forward iifname jh-$ID oifname jh-$ID drop",
        ];
        this.sh(`nft "${on ? made.join("; ") : "delete table ip jh-cut-$ID"}"`);
    }

    private sh(script: string): string {
        const net = ["--network", "host", "--userns", "host", "--user", "0"];
        const rights = [...net, "--cap-drop", "ALL", "--cap-add", "NET_ADMIN", "--cap-add", "NET_RAW"];
        const words = [
            "--env",
            `ID=${this.instance}`,
            "--entrypoint",
            "sh",
            this.image,
            "-c",
            `${FUNCTIONS}\n${script}\ntrue`,
        ];
        return this.docker("run", "--rm", ...rights, ...words);
    }
}

/** Tables that Linux does not have are not asked for: asking makes them. */
const FUNCTIONS = `
    has() {
        case $1 in
            nftables) nft list table ip docker-bridges ;;
            legacy) grep -qx filter /proc/net/ip_tables_names ;;
        esac > /dev/null 2>&1
    }
    legacy() { if has legacy; then iptables-legacy-save -t filter | grep -E -e "-A DOCKER-USER -[sd].* -i jh-$ID -o jh-$ID "; fi; }`;
