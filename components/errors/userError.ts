/**
 * A failure that people can mend: they see its message alone, from a command and from Pulumi. Whatever else is thrown
 * is a defect of this program, and keeps its message, type and stack.
 */
export class UserError extends Error {
    override name = "UserError";
}

/** What the file system says where a file of the checkout is missing, or may not be read. */
const OF_FILES = ["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "EACCES", "EPERM"];

/** Reads files that people put there. @throws UserError naming the one that cannot be read */
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
