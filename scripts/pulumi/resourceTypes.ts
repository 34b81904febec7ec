/** Types of resources, as Pulumi's state and plans have them: of the stack itself, and of the docker provider. */
export const STACK = "pulumi:pulumi:Stack";
export const CONTAINER = "docker:index/container:Container";
export const SERVICE = "docker:index/service:Service";
/** One person's server: a component with a container. */
export const SERVER = "jupyterhub:docker:UserServer";
export const NETWORK = "docker:index/network:Network";
export const IMAGE = "docker:index/remoteImage:RemoteImage";
