/** What is wrong with how people prove who they are, beside the list of people and the hub's address. Pure. */
import type { WayIn } from "./schema";
import { authenticationSecret, OPTIONAL_SECRET } from "./settings";
import { missingKey, type Problem } from "../messages";
import type { HttpsSection } from "../https/settings";
import type { User } from "../users/schema";
import { isLoopback, loginKey, normaliseName, type Listen } from "../values";

/** A secret that the type needs and that is not there. @param raw the config as it is written */
export function missingSecret(wayIn: WayIn, raw: Readonly<Record<string, unknown>>, stack: string): Problem[] {
    const key = authenticationSecret(wayIn);
    return key === undefined || key === OPTIONAL_SECRET || raw[key] !== undefined ? [] : [missingKey(stack, key)];
}

/** One log-in leads to one person. */
export function loginProblems(users: readonly Partial<User>[]): Problem[] {
    const seen = new Map<string, { index: number; name: string }>();
    return users.flatMap(({ name, login }, index) => {
        if (name === undefined) {
            return [];
        }
        const own = login !== undefined;
        const key = own ? loginKey(login) : normaliseName(name);
        const first = seen.get(key);
        if (first === undefined) {
            seen.set(key, { index, name });
            return [];
        }
        if (normaliseName(first.name) === normaliseName(name)) {
            return []; // One name twice is a problem of its own.
        }
        const message = own
            ? `${JSON.stringify(login)} is the log-in name of "${first.name}" (users[${first.index}]) already`
            : `"${name}" is the log-in name of "${first.name}" (users[${first.index}]); give this person a ` +
              "login of their own";
        return [{ path: `users[${index}].${own ? "login" : "name"}`, message }];
    });
}

/** What lets anybody in is for one machine alone. What is wrong of the address is undefined. */
export function dummyProblems(
    { type }: WayIn,
    { listen, https, publicUrl }: { listen?: Listen; https?: HttpsSection; publicUrl?: string },
): Problem[] {
    const others = isElsewhere(listen, publicUrl) || (https !== undefined && https.mode !== "none");
    return type === "dummy" && others
        ? [
              {
                  path: "authentication.type",
                  message:
                      "dummy asks for no password; it is for a hub that only this machine can open (listen " +
                      "on 127.0.0.1, no https, no publicUrl)",
              },
          ]
        : [];
}

/** The platform's page posts its token to the hub, and browsers send no cookies along with that but by HTTPS. */
export function ltiProblems(
    { type }: WayIn,
    { listen, https, publicUrl }: { listen?: Listen; https?: HttpsSection; publicUrl?: string },
): Problem[] {
    return type === "lti" && https?.mode === "none" && isElsewhere(listen, publicUrl)
        ? [
              {
                  path: "authentication.type",
                  message:
                      "lti needs HTTPS, or browsers do not keep the cookies of a log-in; set jupyterhub:https, or " +
                      "listen on 127.0.0.1 to try it out",
              },
          ]
        : [];
}

/** Whether others than this machine open the hub there. */
function isElsewhere(listen: Listen | undefined, publicUrl: string | undefined): boolean {
    return (
        (listen !== undefined && !isLoopback(listen.ip)) ||
        (publicUrl !== undefined && !/^http:\/\/(127\.\d+\.\d+\.\d+|localhost)[:/]/.test(publicUrl))
    );
}

/** What is given for people's passwords and means nothing. */
export function passwordProblems(users: readonly Partial<User>[], { type }: WayIn): Problem[] {
    return users.flatMap((user, index) => {
        const given = (["passwordVersion", "passwordHash"] as const).filter(key => user[key] !== undefined);
        if (type === "native") {
            return given
                .filter(key => key !== "passwordVersion")
                .map(key => ({
                    path: `users[${index}].${key}`,
                    message:
                        "means nothing with authentication type native, where people choose their passwords " +
                        "themselves; leave it out",
                }));
        }
        if (type !== "password") {
            return given.map(key => ({
                path: `users[${index}].${key}`,
                message: `means nothing with authentication type ${type}; leave it out`,
            }));
        }
        return given.length < 2
            ? []
            : [
                  {
                      path: `users[${index}].passwordVersion`,
                      message: "means nothing beside passwordHash, which is another password; leave one out",
                  },
              ];
    });
}
