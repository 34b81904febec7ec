/**
 * A failure that people can fix. They see only its message, from a command and from Pulumi. Everything else that is
 * thrown is a defect of this program, and keeps its message, type and stack.
 */
export class UserError extends Error {
    override name = "UserError";
}

/** Codes of the file system for a file that is missing or may not be read. */
const OF_FILES = ["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "EACCES", "EPERM"];

/**
 * Reads files that people provide.
 * @throws UserError naming the file that cannot be read
 */
export function readingFiles<T>(read: () => T): T {
    try {
        return read();
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (OF_FILES.includes(code ?? "")) {
            throw new UserError(message, { cause: error });
        }
        throw error;
    }
}
