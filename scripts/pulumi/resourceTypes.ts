/** Types of resources, as Pulumi's state and plans have them: of the stack itself, and of the docker provider. */
export const STACK = "pulumi:pulumi:Stack";
export const CONTAINER = "docker:index/container:Container";
export const SERVICE = "docker:index/service:Service";
export const NETWORK = "docker:index/network:Network";
export const IMAGE = "docker:index/remoteImage:RemoteImage";
