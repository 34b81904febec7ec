/** What commands, bench and policy may import of this folder. */
export { AUTHORITY_VARIABLES, hostAuthorities, hostCaBundle } from "./hostCa";
export { allPlans, firstBuild, type ImagePlan, lookingImages, planImages, pulledBases } from "./plan";
export { remoteReference, withoutDigest } from "./remote";
export { canonical, clientAddress, clientLogins, mirrored, registryOf, type RegistryPasswords } from "./registries";
