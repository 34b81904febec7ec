/**
 * How a network is removed, and how what belongs into a new one comes into it. In a shell, because Pulumi runs it while
 * it deploys (endpoints.ts).
 */
import { commandEnvironment, type DockerHost } from "../docker/dockerHost";
import { LABEL } from "../docker/labels";

/** A container of the hub's own in a network. */
export interface Member {
    /** Its name, which needs no quoting (names.ts). */
    name: string;
    /** Its fixed address. */
    address?: string;
}

/** The stack of a container and whose server it is, in Docker's templates: `abcdefgh ada/work`. */
const SERVER =
    `{{index . "${LABEL.instance}"}} {{index . "${LABEL.person}"}}` + `{{with index . "${LABEL.server}"}}/{{.}}{{end}}`;

/**
 * Removes a network, or says who is in it and leaves everything as it was.
 *
 * Docker itself refuses to remove a network with a running container in it, so nobody can slip in between the look and
 * the removal. Only the hub's own containers are disconnected for it, and endpoints of containers that no longer exist.
 * If Docker refuses, the hub's own are connected again.
 */
export const REMOVE_NETWORK = `set -eu
there=$(docker network ls --no-trunc --quiet --filter "id=$NETWORK_ID")
[ -n "$there" ] || exit 0
name=$(docker network inspect --format '{{.Name}}' "$NETWORK_ID")
inside() {
  docker network inspect --format '{{range $id, $one := .Containers}}{{println $id $one.Name $one.IPv4Address}}{{end}}' \\
    "$NETWORK_ID"
}
look() {
  found=$(inside)
  own='' people='' others='' loose=''
  while read -r id container address; do
    [ -n "$id" ] || continue
    if ! of=$(docker container inspect --format \\
      '{{with .Config.Labels}}${SERVER}{{end}}' "$id" 2> /dev/null); then
      loose="$loose $container"
    elif printf '%s\\n' "$NETWORK_MEMBERS" | cut -d ' ' -f 1 | grep -Fqx "$container"; then
      own="$own$container $address
"
    elif [ "\${of%% *}" = "$NETWORK_INSTANCE" ] && [ -n "\${of#* }" ]; then
      if [ "\${NETWORK_DETACH:-}" = people ]; then loose="$loose $container"; else people="$people, \${of#* }"; fi
    else
      others="$others $container"
    fi
  done << FOUND
$found
FOUND
}
refuse() {
  echo "The network $name is to be replaced or removed, and these would lose it. It was left as it is." >&2
  # The stack's name of today stands at the roster alone: under another name nothing else of a stack changes.
  stack=$(docker container ls --all --filter label=${LABEL.roster} \\
    --filter "label=${LABEL.instance}=$NETWORK_INSTANCE" --format '{{.Label "${LABEL.stack}"}}' | head -n 1)
  stack=\${stack:-STACK}
  if [ -n "$people" ]; then
    echo "People's servers: \${people#, }. Run this again when they have stopped, or stop all, with a word to them:" \\
      "npm run drain -- $stack (while the hub is away: npm run kick -- $stack NAME)" >&2
  fi
  for other in $others; do
    echo "Another container. Take it out: docker network disconnect $name $other" >&2
  done
  exit 1
}
back() {
  printf '%s' "$own" | while read -r container address; do
    docker network connect --ip "\${address%/*}" "$NETWORK_ID" "$container" 2> /dev/null ||
      docker network connect "$NETWORK_ID" "$container" || :
  done
}
look
[ -z "$people$others" ] || refuse
trap 'back; exit 1' INT TERM
for container in $loose $(printf '%s' "$own" | cut -d ' ' -f 1); do
  docker network disconnect --force "$NETWORK_ID" "$container" > /dev/null 2>&1 || :
done
said=$(docker network rm "$NETWORK_ID" 2>&1) && exit 0
back
look
[ -z "$people$others" ] || refuse
echo "$said" >&2
exit 1`;

/**
 * Removes the network of a Swarm's nodes with the guard's service, or says whose servers are in it. What ran on a node
 * has left it some seconds after its service was removed.
 */
export const REMOVE_OVERLAY = `set -eu
there=$(docker network ls --no-trunc --quiet --filter "id=$NETWORK_ID")
[ -n "$there" ] || exit 0
name=$(docker network inspect --format '{{.Name}}' "$NETWORK_ID")
services() { docker service ls --quiet --filter "label=${LABEL.instance}=$NETWORK_INSTANCE" "$@"; }
# A declared one without a replica is in no network.
replicas='{{if .Spec.Mode.Replicated}}{{.Spec.Mode.Replicated.Replicas}}{{end}}'
running() { while read -r id; do [ "$(docker service inspect --format "$replicas" "$id")" = 0 ] || echo "$id"; done; }
servers=$(services --filter "label=${LABEL.person}" | running)
if [ -n "$servers" ] && [ "\${NETWORK_DETACH:-}" != people ]; then
  stack=$(docker container ls --all --filter label=${LABEL.roster} \\
    --filter "label=${LABEL.instance}=$NETWORK_INSTANCE" --format '{{.Label "${LABEL.stack}"}}' | head -n 1)
  stack=\${stack:-STACK}
  people=$(docker service inspect --format '{{index .Spec.Labels "${LABEL.person}"}}' $servers | sort -u | paste -sd , -)
  echo "The network $name is to be replaced or removed, and these would lose it. It was left as it is." >&2
  echo "People's servers: $people. Run this again when they have stopped, or stop all, with a word to them:" \\
    "npm run drain -- $stack (while the hub is away: npm run kick -- $stack NAME)" >&2
  exit 1
fi
all=$(services | running)
[ -z "$all" ] || docker service rm $all > /dev/null
printf '%s\\n' "$NETWORK_MEMBERS" | while read -r container address; do
  docker network disconnect --force "$NETWORK_ID" "$container" > /dev/null 2>&1 || :
done
for _ in $(seq 60); do
  # Removed in the Swarm, it is on this machine for a moment longer: Pulumi's provider would stumble over that.
  docker network inspect "$NETWORK_ID" > /dev/null 2>&1 || exit 0
  said=$(docker network rm "$NETWORK_ID" 2>&1) || :
  sleep 0.5
done
printf '%s\\n' "$NETWORK_MEMBERS" | while read -r container address; do
  docker network connect \${address:+--ip "$address"} "$NETWORK_ID" "$container" > /dev/null 2>&1 || :
done
echo "$said" >&2
exit 1`;

/**
 * Connects the hub's own running containers that are not in the network: all that is to be done where nothing but the
 * network was replaced. Where one does not fit into it, Pulumi replaces the container next.
 */
export const CONNECT_MEMBERS = `set -eu
inside=$(docker network inspect --format '{{range .Containers}}{{println .Name}}{{end}}' "$NETWORK_ID")
printf '%s\\n' "$NETWORK_MEMBERS" | while read -r container address; do
  ! printf '%s\\n' "$inside" | grep -Fqx "$container" || continue
  [ -n "$(docker ps --quiet --filter "name=^$container\\$")" ] || continue
  docker network connect \${address:+--ip "$address"} "$NETWORK_ID" "$container" > /dev/null 2>&1 || :
done`;

/** What the scripts are told. */
export interface NetworkFacts {
    /** Docker's id of the network. */
    id: string;
    /** The Docker host that has it. */
    docker: DockerHost;
    instance: string;
    members: readonly Member[];
}

/** The scripts' variables. With NETWORK_DETACH=people besides, people's servers are disconnected too. */
export function networkVariables({ id, docker, instance, members }: NetworkFacts): Record<string, string> {
    return {
        ...commandEnvironment(docker),
        NETWORK_ID: id,
        NETWORK_INSTANCE: instance,
        NETWORK_MEMBERS: members
            .map(({ name, address = "" }) => `${name} ${address}`.trim())
            .sort()
            .join("\n"),
    };
}
