import { UserError } from "../../../components/errors";

/** Pulumi cannot be had on this machine. */
export class EngineError extends UserError {
    override name = "EngineError";
}
