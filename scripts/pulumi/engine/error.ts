/** Something that the person at the keyboard can act on: its message is all they need to see. */
export class EngineError extends Error {
    override name = "EngineError";
}
