/** Asks Docker where the hub finds it. A gate's own answers name no server. */
export const HUB_PRELUDE = (where: string) => `
import base64, http.client, urllib.request
WHERE = ${JSON.stringify(where)}
def connected(seconds=60):
    if not WHERE.startswith('/'):
        return socket.create_connection((WHERE, 2375), seconds)
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(seconds)
    s.connect(WHERE)
    return s
def docker(method, path, body=None):
    connection = http.client.HTTPConnection('docker')
    connection.sock = connected()
    connection.request(method, path, None if body is None else json.dumps(body), {'Content-Type': 'application/json'})
    return connection.getresponse()
def asks(method, path, body=None):
    answer = docker(method, path, body)
    if not (answer.getheader('Server') or '').startswith('Docker'):
        return 'refused'
    return 'done' if answer.status < 400 else f'Docker says {answer.status}'
def raw(text, passes):
    """Bytes on a connection of their own: done, where Docker answers more often than may be."""
    with connected() as s:
        s.settimeout(1.5)
        got = b''
        try:
            s.sendall(base64.b64decode(text))
            while more := s.recv(65536): got += more
        except OSError:
            pass
    return 'refused' if got.lower().count(b'\\nserver: docker/') <= passes else 'done'
def file_by(container, image, folder):
    answer = docker('POST', f'/containers/create?name={container}', {'Image': image, 'HostConfig': {'Binds': [f'{folder}:/machine:ro']}})
    if answer.status != 201:
        return 'refused'
    return 'done' if b"the machine's own" in docker('GET', f'/containers/{container}/archive?path=/machine/secret').read() else 'not there'
def web(url, token, method='GET'):
    request = urllib.request.Request(url, method=method, headers={'Authorization': f'token {token}'})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer: return answer.read().decode()
    except OSError as error:
        return 'refused'
def environment(container):
    return dict(variable.split('=', 1) for variable in json.load(docker('GET', f'/containers/{container}/json'))['Config']['Env'])
`;
