/** What commands, bench and policy may import of this folder. */
export { hostCaBundle } from "./hostCa";
export { allPlans, firstBuild, type ImagePlan, lookingImages, planImages, pulledBases } from "./plan";
export { canonical, clientAddress, clientLogins, mirrored, registryOf, type RegistryPasswords } from "./registries";
