"""The hub's pages in German: English → German. {} stands for what differs, such as a name."""

TEXTS = {
    "One moment": "Einen Moment",
    "The hub's database does not answer. Servers that run go on, and nothing is lost.": (
        "Die Datenbank des Hubs antwortet nicht. Laufende Server laufen weiter, und nichts geht verloren."
    ),
    "This page tries again by itself.": "Diese Seite versucht es von selbst noch einmal.",
    "Home": "Startseite",
    "Token": "Token",
    "Admin": "Verwaltung",
    "Services": "Dienste",
    "Logout": "Abmelden",
    "Login": "Anmelden",
    "Toggle dark mode": "Dunkel oder hell",
    "Toggle navigation": "Menü",
    "JupyterHub requires JavaScript.": "JupyterHub braucht JavaScript.",
    "Please enable it to proceed.": "Bitte schalten Sie es ein.",
    "Error": "Fehler",
    "Close": "Schließen",
    "Sign in": "Anmelden",
    "Log in": "Anmelden",
    "Sign in with": "Anmelden mit",
    "Username:": "Name:",
    "Password:": "Passwort:",
    "Show password": "Passwort zeigen",
    (
        "Warning: JupyterHub seems to be served over an unsecured HTTP connection. We strongly recommend "
        "enabling HTTPS for JupyterHub."
    ): "Achtung: Die Verbindung zu JupyterHub ist anscheinend nicht verschlüsselt. Wir empfehlen dringend HTTPS.",
    "Successfully logged out.": "Sie sind abgemeldet.",
    '<a href="{}">Sign up</a> with your invitation, or choose another password.': (
        '<a href="{}">Registrieren Sie sich</a> mit Ihrer Einladung, oder wählen Sie ein anderes Passwort.'
    ),
    "Choose a password": "Ein Passwort wählen",
    "Your password is set.": "Ihr Passwort ist gesetzt.",
    "Invitation, or the password that you have:": "Einladung, oder das Passwort, das Sie haben:",
    "New password, at least {} characters:": "Neues Passwort, mindestens {} Zeichen:",
    "Once more:": "Noch einmal:",
    "Choose": "Wählen",
    "Wrong name or password.": "Name oder Passwort ist falsch.",
    (
        "Wrong password, or this name is not on the list of people who may use this hub. Ask whoever looks "
        "after this hub."
    ): (
        "Das Passwort ist falsch, oder dieser Name steht nicht auf der Liste der Personen, die diesen Hub "
        "benutzen dürfen. Fragen Sie, wer diesen Hub betreut."
    ),
    "Too many attempts at once. Try again in a few seconds.": (
        "Zu viele Versuche auf einmal. Versuchen Sie es in einigen Sekunden noch einmal."
    ),
    "The list of people could not be read yet. Try again in a moment.": (
        "Die Liste der Personen konnte noch nicht gelesen werden. Versuchen Sie es gleich noch einmal."
    ),
    "Your place on this hub is being set up. Try again in a few seconds.": (
        "Ihr Platz auf diesem Hub wird eingerichtet. Versuchen Sie es in einigen Sekunden noch einmal."
    ),
    "The directory of people does not answer at the moment. Try again in a minute.": (
        "Das Verzeichnis der Personen antwortet zurzeit nicht. Versuchen Sie es in einer Minute noch einmal."
    ),
    "All servers are in use at the moment. Try again in a few minutes.": (
        "Zurzeit sind alle Server belegt. Versuchen Sie es in einigen Minuten noch einmal."
    ),
    "{} is blocked from this hub. Ask whoever looks after this hub.": (
        "{} ist für diesen Hub gesperrt. Fragen Sie, wer diesen Hub betreut."
    ),
    "{} is not on the list of people who may use this hub. Ask whoever looks after this hub.": (
        "{} steht nicht auf der Liste der Personen, die diesen Hub benutzen dürfen. Fragen Sie, wer diesen Hub betreut."
    ),
    "You get a server of your own for a while. It and all that is in it are deleted when it stops.": (
        "Sie bekommen für eine Weile einen eigenen Server. Er und alles darin wird gelöscht, wenn er stoppt."
    ),
    "JupyterHub home page": "Startseite des Hubs",
    "Start My Server": "Meinen Server starten",
    "Stop My Server": "Meinen Server stoppen",
    "My Server": "Mein Server",
    "Named Servers": "Weitere Server",
    "In addition to your default server, you may have additional": (
        "Neben Ihrem eigentlichen Server können Sie weitere haben:"
    ),
    "server(s) with names. This allows you to have more than one server running at the same time.": (
        "Server mit Namen. So können mehrere gleichzeitig laufen."
    ),
    "Server name": "Name des Servers",
    "Last activity": "Zuletzt benutzt",
    "Actions": "Aktionen",
    "Add New Server": "Neuer Server",
    "Never": "Nie",
    "stop": "stoppen",
    "start": "starten",
    "delete": "löschen",
    "Server Options": "Optionen des Servers",
    "Start": "Starten",
    "Start your server again?": "Ihren Server wieder starten?",
    "Servers cannot be started at the moment.": "Zurzeit können keine Server gestartet werden.",
    "Your server {} is starting up.": "Ihr Server {} startet.",
    "Your server is starting up.": "Ihr Server startet.",
    "Your server starts.": "Ihr Server startet.",
    "You will be redirected automatically when it's ready for you.": (
        "Sobald er bereit ist, geht es von selbst weiter."
    ),
    "Many servers start at the moment; yours is number {} of those that wait.": (
        "Zurzeit starten viele Server; Ihrer wartet an Stelle {}."
    ),
    "Complete": "fertig",
    "Start of your server": "Start Ihres Servers",
    "Event log": "Ereignisse",
    "Stop Server": "Server stoppen",
    "Your server is stopping.": "Ihr Server wird gestoppt.",
    "You will be able to start it again once it has finished stopping.": "Danach können Sie ihn wieder starten.",
    "refresh": "neu laden",
    "Server not running": "Der Server läuft nicht",
    "Your server did not start.": "Ihr Server ist nicht gestartet.",
    "Your server {} is not running.": "Ihr Server {} läuft nicht.",
    "Your server is not running.": "Ihr Server läuft nicht.",
    "Would you like to start it?": "Möchten Sie ihn starten?",
    "It starts again by itself in a few seconds, or when you click below.": (
        "Er startet in einigen Sekunden von selbst, oder wenn Sie unten klicken."
    ),
    "Launch Server": "Server starten",
    "Tell whoever looks after this hub.": "Sagen Sie es denen, die diesen Hub betreuen.",
    "The last that it has written:": "Zuletzt hat er geschrieben:",
    (
        "In safe mode nothing in the home takes part in the start: no settings, no Python packages, no shell "
        "profile. All files are there, to be mended or removed in the file browser or a terminal."
    ): (
        "Im abgesicherten Modus nimmt nichts aus dem Home am Start teil: keine Einstellungen, keine "
        "Python-Pakete, kein Shell-Profil. Alle Dateien sind da und lassen sich im Dateibrowser oder einem "
        "Terminal reparieren oder entfernen."
    ),
    "Start again": "Noch einmal starten",
    "Start in safe mode": "Im abgesicherten Modus starten",
    (
        "Your server runs in safe mode: nothing in your home takes part in its start. Mend or remove what "
        "kept it from starting. Then stop it and start it again, and it is in its usual mode."
    ): (
        "Ihr Server läuft im abgesicherten Modus: Nichts aus Ihrem Home nimmt am Start teil. Reparieren oder "
        "entfernen Sie, was den Start verhindert hat. Stoppen und starten Sie ihn dann, und er läuft wie "
        "gewohnt."
    ),
    "Your server was removed while it was starting. Start it again.": (
        "Ihr Server wurde beim Start entfernt. Starten Sie ihn noch einmal."
    ),
    "Your server could not be started: {}": "Ihr Server konnte nicht gestartet werden: {}",
    "Servers cannot be started at the moment: Docker does not answer. Try again in a minute.": (
        "Zurzeit können keine Server gestartet werden: Docker antwortet nicht. Versuchen Sie es in einer "
        "Minute noch einmal."
    ),
    (
        "Your server has no container. If it is being updated, it has one in a minute. If not, tell whoever "
        "looks after this hub."
    ): (
        "Ihr Server hat keinen Container. Wenn er gerade aktualisiert wird, hat er in einer Minute einen. "
        "Sonst sagen Sie es denen, die diesen Hub betreuen."
    ),
    "Docker could not start your server: {}": "Docker konnte Ihren Server nicht starten: {}",
    "Docker does not answer at the moment. Try again in a minute.": (
        "Docker antwortet zurzeit nicht. Versuchen Sie es in einer Minute noch einmal."
    ),
    "Your server is being stopped.": "Ihr Server wird gestoppt.",
    "Your server does not answer at the moment.": "Ihr Server antwortet zurzeit nicht.",
    "Your server runs, but does not answer at the moment.": "Ihr Server läuft, antwortet aber zurzeit nicht.",
    "Your server ended, and starts again. Its kernels have ended; files that were saved are there.": (
        "Ihr Server ist beendet worden und startet wieder. Die Kernel darin sind beendet; gespeicherte Dateien sind da."
    ),
    (
        "Your server ended because it needed more than its memory, and starts again. Its kernels have ended; "
        "files that were saved are there."
    ): (
        "Ihr Server ist beendet worden, weil er mehr als seinen Speicher brauchte, und startet wieder. Die "
        "Kernel darin sind beendet; gespeicherte Dateien sind da."
    ),
    "Your server ended (exit code {}), and starts again. Its kernels have ended; files that were saved are there.": (
        "Ihr Server ist beendet worden (Exit-Code {}) und startet wieder. Die Kernel darin sind beendet; "
        "gespeicherte Dateien sind da."
    ),
    (
        "Your server ended because it needed more than its memory. Its kernels have ended; files that were "
        "saved are there. It can be started again from the hub's page."
    ): (
        "Ihr Server ist beendet worden, weil er mehr als seinen Speicher brauchte. Die Kernel darin sind "
        "beendet; gespeicherte Dateien sind da. Auf der Seite des Hubs lässt er sich wieder starten."
    ),
    (
        "Your server ended (exit code {}). Its kernels have ended; files that were saved are there. It can "
        "be started again from the hub's page."
    ): (
        "Ihr Server ist beendet worden (Exit-Code {}). Die Kernel darin sind beendet; gespeicherte Dateien "
        "sind da. Auf der Seite des Hubs lässt er sich wieder starten."
    ),
    "This server is not yours.": "Dieser Server gehört Ihnen nicht.",
    "Only its owner can open it.": "Nur wem er gehört, kann ihn öffnen.",
    "Only its owner can open it; admins cannot either.": (
        "Nur wem er gehört, kann ihn öffnen; auch die Verwaltung kann es nicht."
    ),
    "This page is for admins.": "Diese Seite ist für die Verwaltung.",
    "The log-in was not finished.": "Die Anmeldung wurde nicht abgeschlossen.",
    "Open this hub from a course on {}.": "Öffnen Sie diesen Hub aus einem Kurs auf {}.",
    "The log-in was not finished. Open this hub from a course on {}.": (
        "Die Anmeldung wurde nicht abgeschlossen. Öffnen Sie diesen Hub aus einem Kurs auf {}."
    ),
    ("This hub has no list of contents to choose from. Write the address of a page of the hub into the link itself."): (
        "Dieser Hub hat keine Liste von Inhalten zur Auswahl. Schreiben Sie die Adresse einer Seite des Hubs "
        "in den Link selbst."
    ),
    "This link leads to another place than this hub. Ask whoever looks after this hub.": (
        "Dieser Link führt woandershin als zu diesem Hub. Fragen Sie, wer diesen Hub betreut."
    ),
    "{} does not answer at the moment. Try again in a minute.": (
        "{} antwortet zurzeit nicht. Versuchen Sie es in einer Minute noch einmal."
    ),
    "{} does not say who you are ({}). Ask whoever looks after this hub.": (
        "{} sagt nicht, wer Sie sind ({}). Fragen Sie, wer diesen Hub betreut."
    ),
    "{} has not verified your e-mail address. Ask whoever looks after this hub.": (
        "{} hat Ihre E-Mail-Adresse nicht überprüft. Fragen Sie, wer diesen Hub betreut."
    ),
    "It opens in a window of its own.": "Er öffnet sich in einem eigenen Fenster.",
    "Open": "Öffnen",
    "There is nothing at this address.": "Unter dieser Adresse ist nichts.",
    "To log in as somebody else, log out at {} first.": (
        "Um sich als jemand anderes anzumelden, melden Sie sich zuerst bei {} ab."
    ),
    "{} is blocked from this hub.": "{} ist für diesen Hub gesperrt.",
    "{} is not on the list of people who may use this hub.": (
        "{} steht nicht auf der Liste der Personen, die diesen Hub benutzen dürfen."
    ),
    "Manage JupyterHub Tokens": "Token verwalten",
    "Note": "Notiz",
    "note to identify your new token": "woran Sie das neue Token erkennen",
    "This note will help you keep track of what your tokens are for.": (
        "Die Notiz sagt Ihnen später, wofür ein Token ist."
    ),
    "Token expires in": "Das Token gilt",
    "You can configure when your token will expire.": "Sie bestimmen, wie lange es gilt.",
    "Permissions": "Rechte",
    "list of scopes for the token to have, separated by space": "Scopes des Tokens, durch Leerzeichen getrennt",
    (
        "You can limit the permissions of the token so it can only do what you want it to. If none are "
        "specified, the token will have permission to do everything you can do. See the"
    ): "Sie können die Rechte des Tokens beschränken. Ohne Angabe darf es alles, was Sie dürfen. Siehe",
    "JupyterHub documentation for a list of available scopes": (
        "die Liste der Scopes in JupyterHubs Dokumentation (englisch)"
    ),
    "Request new API token": "Neues Token anfordern",
    "Your new API Token": "Ihr neues Token",
    "Copy this token. You won't be able to see it again, but you can always come back here to get a new one.": (
        "Kopieren Sie das Token. Sie sehen es kein zweites Mal, können hier aber immer ein neues anfordern."
    ),
    "API Tokens": "Token",
    (
        "These are tokens with access to the JupyterHub API. Permissions for each token may be viewed via "
        "the JupyterHub tokens API. Revoking the API token for a running server will require restarting that "
        "server."
    ): (
        "Diese Token gelten für die API von JupyterHub. Die Rechte jedes Tokens zeigt die API. Wird das "
        "Token eines laufenden Servers widerrufen, muss der Server neu gestartet werden."
    ),
    "Last used": "Zuletzt benutzt",
    "Created": "Erstellt",
    "Expires": "Gilt bis",
    "scopes": "Scopes",
    "N/A": "unbekannt",
    "revoke": "widerrufen",
    "Authorized Applications": "Zugelassene Anwendungen",
    (
        "These are applications that use OAuth with JupyterHub to identify users (mostly notebook servers). "
        "OAuth tokens can generally only be used to identify you, not take actions on your behalf."
    ): (
        "Diese Anwendungen erfahren von JupyterHub, wer Sie sind (meist Server mit Notebooks). In Ihrem "
        "Namen handeln können sie in der Regel nicht."
    ),
    "Application": "Anwendung",
    "First authorized": "Zuerst zugelassen",
}
