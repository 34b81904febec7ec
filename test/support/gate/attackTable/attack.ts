/** One request that a hostile hub tries, as the bytes that it is. */

export interface GateAttack {
    name: string;
    raw: Buffer;
    /** How many answers may come from Docker: what is harmless in the attack may pass (default 0). */
    passes?: number;
}

export const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
