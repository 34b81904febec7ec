/** Templates of people's servers, made of a stack file's keys. */
import type { Settings } from "../../../components/config/settings";
import { stackNames } from "../../../components/docker/names";
import { planTemplates, type ListedMember, type Member, type TemplateArgs } from "../../../components/user/templates";
import { INSTANCE, settingsOf, type Args } from "./hub";

export const names = stackNames("test", INSTANCE);

export function dynamic(config: Partial<Args>) {
    const settings = settingsOf({ spawning: "dynamic", authentication: { type: "dummy" }, ...config });
    return settings as Settings & { dynamic: NonNullable<Settings["dynamic"]> };
}

export function argsOf({ url, storage, network, homes }: Settings): TemplateArgs {
    return {
        names,
        instance: INSTANCE,
        publicUrl: url,
        storage,
        network,
        homes,
        image: key => `jupyterhub-${key}:1`,
        proxyFingerprint: "",
    };
}

/** What differs from a member as the settings have it. */
export type More = Partial<Member & Pick<ListedMember, "incarnation">>;

/** The menu where there are no profiles. */
export const only = (member: Member) => new Map([["default", member]]);

export const listed = (settings: Settings, { incarnation, ...more }: More = {}): ListedMember[] =>
    settings.people.map(person => ({
        person,
        incarnation: incarnation ?? `${person.name}-1`,
        menu: only({ person, ...more }),
    }));

export const plan = (config: Partial<Args>, more: More = {}) => {
    const settings = dynamic(config);
    const { others } = settings.dynamic;
    return planTemplates(argsOf(settings), listed(settings, more), others && only({ person: others }));
};
