/** Methods and spellings that the gate refuses, and Docker's own ways to start and stop. */
import type { GateAttack } from "../../gate/attackTable";
import type { Names } from "../../gate/rules";
import { asked, ENDS, hex, launcherPath, START } from "./attack";

export function methods(): GateAttack[] {
    const all = [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "DELETE",
        "PATCH",
        "OPTIONS",
        "TRACE",
        "CONNECT",
        "get",
        "Post",
        "POSTT",
    ];
    return ["", ...ENDS.map(([, end]) => end), `${START}/2001/2001`].flatMap(end =>
        all
            .filter(method => method !== (end === "" ? "GET" : "POST") || end.includes("2001"))
            .map(method => asked(method, launcherPath("ada", end))),
    );
}

/** With a launcher Docker's own start and stop do not pass. */
export function dockersOwn({ person, running, personId, foreign }: Names): GateAttack[] {
    return [person, running, personId, ...foreign].flatMap(container =>
        ["start", "stop", "kill", "restart", "update", "exec", "attach", "rename?name=x"].flatMap(action =>
            ["", "/v1.41", "/v1.23"].map(version => asked("POST", `${version}/containers/${container}/${action}`)),
        ),
    );
}

export function spellings(): GateAttack[] {
    const ada = hex("ada");
    const good = launcherPath("ada", START);
    return [
        ...[`/${good}`, `//launcher//${ada}/-${START}`, `/launcher//${ada}/-${START}`, `/launcher/${ada}//-${START}`],
        ...[`/launcher/${ada}/-//start/default`, `/launcher/${ada}/-/start//default`, `${good}/`, `${good}//`],
        ...[
            `/./launcher/${ada}/-${START}`,
            `/x/../launcher/${ada}/-${START}`,
            `/launcher/../launcher/${ada}/-${START}`,
        ],
        ...[
            `/launcher/./${ada}/-${START}`,
            `/launcher/x/../${ada}/-${START}`,
            `${good}/.`,
            `${good}/..`,
            `${good}/../default`,
        ],
        ...[`/launcher/${ada}/-/stop/../start/default`, `/launcher/${ada}/../${ada}/-${START}`],
        ...[`/%6cauncher/${ada}/-${START}`, `/launcher/%36%31%36%34%36%31/-${START}`, `/launcher/${ada}/%2d${START}`],
        ...[`/launcher/${ada}/-/%73tart/default`, `/launcher/${ada}/-/start/defaul%74`, `/launcher/${ada}%2f-${START}`],
        ...[`/launcher%2f${ada}/-${START}`, `/launcher/2e2e%2f/-${START}`, `/launcher/%2e%2e/-${START}`, `${good}%00`],
        ...[
            `${good}%20`,
            `${good}%0d%0aX:%20y`,
            `${good}%3fx`,
            `${good};x`,
            `${good}&x`,
            `${good}#`,
            `${good}\\`,
            `${good}\x00`,
        ],
        ...[`${good}\x7f`, `${good}\xff`, `\\launcher\\${ada}\\-\\start\\default`, `/launcher\x00/${ada}/-${START}`],
        ...[`/LAUNCHER/${ada}/-${START}`, `/Launcher/${ada}/-${START}`, `/launcher/${ada}/-/START/default`],
        ...[`/launcher/${ada}/-/start/DEFAULT`, `/launcher/${ada}/-/Start/default`, `/launcher/${ada}/_${START}`],
        ...[`/v1.41/v1.41${good}`, `/v1.41.1${good}`, `/V1.41${good}`, `/v1${good}`, `/v1.41/${good}`, `v1.41${good}`],
        ...["/launcher", "/launcher/", "/launcher//", `/launcher/${ada}`, `/launcher/${ada}/`, "/launcher/health"],
        ...[
            "/launcher/health/",
            `/launcher/health${good}`,
            `/launcher/-${START}`,
            `/launcher/-/-${START}`,
            `/launcher//-${START}`,
        ],
        ...[
            `/launcher/ada/-${START}`,
            `/launcher/${ada}/--${START}`,
            `/launcher/${ada}/-/start`,
            `/launcher/${ada}/-/start/`,
        ],
        ...[`/launcher/${ada}/-/restart`, `/launcher/${ada}/-/stop/default`, `/launcher/${ada}/-/remove/default`],
        ...[
            `/launcher/${ada}/-/stop/remove`,
            `/launcher/${ada}/-/kill`,
            `/launcher/${ada}/-/exec`,
            `/launcher/${ada}/-/create`,
        ],
        ...[`/containers/x${good}`, `/containers/${good}`, `/containers/..${good}`, `${good}/containers/json`],
        ...[
            `/launcher/${ada.repeat(341)}/-${START}`,
            `/launcher/${"61".repeat(6000)}/-${START}`,
            `x${good}`,
            good.slice(1),
        ],
    ].flatMap(path => ["POST", "GET"].map(method => asked(method, path)));
}
