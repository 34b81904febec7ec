"""Further texts of the hub's pages in German, as german.py: starts, profiles, named servers and GPUs."""

TEXTS = {
    "Start your server": "Ihren Server starten",
    "Start your server {}": "Ihren Server {} starten",
    "Start your server {} again?": "Ihren Server {} wieder starten?",
    "Spawning server for": "Start des Servers von",
    "Error:": "Fehler:",
    "Profile": "Profil",
    "Image": "Image",
    "{} GPUs": "{} GPUs",
    "server name": "Name des Servers",
    "name-your-server": "name-des-servers",
    'Are you sure you want to delete your server "{}"?': "Möchten Sie Ihren Server „{}“ wirklich löschen?",
    "Start your default server": "Ihren eigentlichen Server starten",
    "Your server is stopping": "Ihr Server wird gestoppt",
    "Your server {} did not start.": "Ihr Server {} ist nicht gestartet.",
    "What it has written is for {} to read here, and for you by npm run logs.": (
        "Was er geschrieben hat, kann {} hier lesen, und Sie mit npm run logs."
    ),
    "Your server did not answer in time.": "Ihr Server hat nicht rechtzeitig geantwortet.",
    "No machine has room for your server at the moment. Try again later.": (
        "Zurzeit hat kein Rechner Platz für Ihren Server. Versuchen Sie es später noch einmal."
    ),
    "Your server ended while it was starting (exit code {}).": (
        "Ihr Server ist beim Start beendet worden (Exit-Code {})."
    ),
    "Your server ended while it was starting. Docker restarts it, and it ends again.": (
        "Ihr Server ist beim Start beendet worden. Docker startet ihn wieder, und er endet wieder."
    ),
    "Your server has no token of its own. Tell whoever looks after this hub.": (
        "Ihr Server hat kein eigenes Token. Sagen Sie es denen, die diesen Hub betreuen."
    ),
    "Your server has a wrong token. Tell whoever looks after this hub.": (
        "Ihr Server hat ein falsches Token. Sagen Sie es denen, die diesen Hub betreuen."
    ),
    "Your server's token is invalid: {}": "Das Token Ihres Servers ist ungültig: {}",
    "Your server has no container. Tell whoever looks after this hub.": (
        "Ihr Server hat keinen Container. Sagen Sie es denen, die diesen Hub betreuen."
    ),
    "Your server does not run. It can be started from the hub's page.": (
        "Ihr Server läuft nicht. Auf der Seite des Hubs lässt er sich starten."
    ),
    (
        "Your server {} runs in safe mode: nothing in your home takes part in its start. Mend or remove what "
        "kept it from starting. Then stop it and start it again, and it is in its usual mode."
    ): (
        "Ihr Server {} läuft im abgesicherten Modus: Nichts aus Ihrem Home nimmt am Start teil. Reparieren oder "
        "entfernen Sie, was den Start verhindert hat. Stoppen und starten Sie ihn dann, und er läuft wie gewohnt."
    ),
    "Your server was stopped because it had run for {} days, the longest time here.": (
        "Ihr Server wurde gestoppt, weil er {} Tage gelaufen ist, so lange wie hier höchstens."
    ),
    "Your server {} was stopped because it had run for {} days, the longest time here.": (
        "Ihr Server {} wurde gestoppt, weil er {} Tage gelaufen ist, so lange wie hier höchstens."
    ),
    "Your server was stopped because it had run for {} hours, the longest time here.": (
        "Ihr Server wurde gestoppt, weil er {} Stunden gelaufen ist, so lange wie hier höchstens."
    ),
    "Your server {} was stopped because it had run for {} hours, the longest time here.": (
        "Ihr Server {} wurde gestoppt, weil er {} Stunden gelaufen ist, so lange wie hier höchstens."
    ),
    "Your server was stopped because it had run for {} minutes, the longest time here.": (
        "Ihr Server wurde gestoppt, weil er {} Minuten gelaufen ist, so lange wie hier höchstens."
    ),
    "Your server {} was stopped because it had run for {} minutes, the longest time here.": (
        "Ihr Server {} wurde gestoppt, weil er {} Minuten gelaufen ist, so lange wie hier höchstens."
    ),
    "Your server was stopped because it had run for {} seconds, the longest time here.": (
        "Ihr Server wurde gestoppt, weil er {} Sekunden gelaufen ist, so lange wie hier höchstens."
    ),
    "Your server {} was stopped because it had run for {} seconds, the longest time here.": (
        "Ihr Server {} wurde gestoppt, weil er {} Sekunden gelaufen ist, so lange wie hier höchstens."
    ),
    "The image of a server is set in the stack file.": "Das Image eines Servers steht in der Stack-Datei.",
    "There are no profiles here.": "Hier gibt es keine Profile.",
    "{} may not take the profile {}.": "{} darf das Profil {} nicht nehmen.",
    "{} may not take the profile that was asked for.": "{} darf das verlangte Profil nicht nehmen.",
    "{} may not choose the image {} for the profile {}.": "{} darf das Image {} für das Profil {} nicht wählen.",
    "{} may not choose the image that was asked for for the profile {}.": (
        "{} darf das verlangte Image für das Profil {} nicht wählen."
    ),
    "Nobody has further servers here: each person has one.": "Hier hat niemand weitere Server: Jede Person hat einen.",
    "The name of a server that people see must be a text.": (
        "Der Name eines Servers, den man sieht, muss ein Text sein."
    ),
    (
        "A server's name has small letters a to z, digits, and single dashes between them; it begins with a "
        "letter and has at most {} characters."
    ): (
        "Der Name eines Servers hat Kleinbuchstaben von a bis z, Ziffern, und dazwischen einzelne Bindestriche; er "
        "beginnt mit einem Buchstaben und hat höchstens {} Zeichen."
    ),
    "A server cannot be called {}: a page of the default server has this name.": (
        "Ein Server kann nicht {} heißen: Eine Seite des eigentlichen Servers heißt so."
    ),
    "User {} already has the maximum of {} named servers.  One must be deleted before a new server can be created": (
        "{} hat schon so viele Server, wie es höchstens sein dürfen ({}). Löschen Sie erst einen."
    ),
    "The default server has no other name.": "Der eigentliche Server hat keinen anderen Namen.",
    "{} is not stopped yet. Try again in a minute.": (
        "{} ist noch nicht gestoppt. Versuchen Sie es in einer Minute noch einmal."
    ),
    "The name {} is somebody else's here already. Tell whoever looks after this hub.": (
        "Den Namen {} hat hier schon jemand anderes. Sagen Sie es denen, die diesen Hub betreuen."
    ),
    "Your server waits for GPUs.": "Ihr Server wartet auf GPUs.",
    "The only GPU is taken.": "Die einzige GPU ist belegt.",
    "All {} GPUs are taken.": "Alle {} GPUs sind belegt.",
    "{} of {} GPUs is free.": "{} von {} GPUs ist frei.",
    "{} of {} GPUs are free.": "{} von {} GPUs sind frei.",
    "Your server needs {}.": "Ihr Server braucht {}.",
    "Your server needs {}; before you wait: {}.": "Ihr Server braucht {}; vor Ihnen warten: {}.",
    "Your server needs {}; before you wait: {}, and {} more.": (
        "Ihr Server braucht {}; vor Ihnen warten: {}, und {} weitere."
    ),
    "Your server was stopped while it waited for GPUs.": "Ihr Server wurde gestoppt, während er auf GPUs wartete.",
    "Your server cannot be started: it needs {} GPUs, and there are {}.": (
        "Ihr Server kann nicht gestartet werden: Er braucht {} GPUs, und es gibt {}."
    ),
    "No GPU became free within {} minutes: try again later.": (
        "Innerhalb von {} Minuten ist keine GPU frei geworden: Versuchen Sie es später noch einmal."
    ),
    "No GPU became free within {} minutes: try again later, or take another profile.": (
        "Innerhalb von {} Minuten ist keine GPU frei geworden: Versuchen Sie es später noch einmal, oder nehmen "
        "Sie ein anderes Profil."
    ),
    "Stopping...": "Wird gestoppt …",
    "Stopping server...": "Der Server wird gestoppt …",
    "Server stopped successfully!": "Der Server ist gestoppt.",
    "Error stopping server": "Der Server konnte nicht gestoppt werden",
    "The options of a server have at most {} KiB.": "Die Optionen eines Servers haben höchstens {} KiB.",
    "The body must be a JSON object.": "Der Inhalt muss ein JSON-Objekt sein.",
    "Only name, display_name and user_options of a server can be changed, not {}.": (
        "Von einem Server können nur name, display_name und user_options geändert werden, nicht {}."
    ),
    "The form is not in UTF-8.": "Das Formular ist nicht in UTF-8.",
}
