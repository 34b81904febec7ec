"""Further texts of the hub's pages in French, as french.py: starts, profiles, named servers and GPUs."""

TEXTS = {
    "Start your server": "Démarrer votre serveur",
    "Start your server {}": "Démarrer votre serveur {}",
    "Start your server {} again?": "Redémarrer votre serveur {} ?",
    "Spawning server for": "Démarrage du serveur de",
    "Error:": "Erreur :",
    "Profile": "Profil",
    "Image": "Image",
    "{} GPUs": "{} GPU",
    "server name": "nom du serveur",
    "name-your-server": "nom-du-serveur",
    'Are you sure you want to delete your server "{}"?': "Voulez-vous vraiment supprimer votre serveur « {} » ?",
    "Start your default server": "Démarrer votre serveur principal",
    "Your server is stopping": "Votre serveur s'arrête",
    "Your server {} did not start.": "Votre serveur {} n'a pas démarré.",
    "What it has written is for {} to read here, and for you by npm run logs.": (
        "Ce qu'il a écrit, {} peut le lire ici, et vous avec npm run logs."
    ),
    "Your server did not answer in time.": "Votre serveur n'a pas répondu à temps.",
    "No machine has room for your server at the moment. Try again later.": (
        "Aucune machine n'a de place pour votre serveur pour le moment. Réessayez plus tard."
    ),
    "Your server ended while it was starting (exit code {}).": (
        "Votre serveur s'est arrêté pendant le démarrage (code {})."
    ),
    "Your server ended while it was starting. Docker restarts it, and it ends again.": (
        "Votre serveur s'est arrêté pendant le démarrage. Docker le redémarre, et il s'arrête à nouveau."
    ),
    "Your server has no token of its own. Tell whoever looks after this hub.": (
        "Votre serveur n'a pas de jeton à lui. Prévenez la personne qui gère ce hub."
    ),
    "Your server has a wrong token. Tell whoever looks after this hub.": (
        "Votre serveur a un mauvais jeton. Prévenez la personne qui gère ce hub."
    ),
    "Your server's token is invalid: {}": "Le jeton de votre serveur n'est pas valable : {}",
    "Your server has no container. Tell whoever looks after this hub.": (
        "Votre serveur n'a pas de conteneur. Prévenez la personne qui gère ce hub."
    ),
    "Your server does not run. It can be started from the hub's page.": (
        "Votre serveur ne tourne pas. Il peut être démarré depuis la page du hub."
    ),
    (
        "Your server {} runs in safe mode: nothing in your home takes part in its start. Mend or remove what "
        "kept it from starting. Then stop it and start it again, and it is in its usual mode."
    ): (
        "Votre serveur {} est en mode sans échec : rien de votre dossier ne participe au démarrage. Réparez ou "
        "supprimez ce qui empêchait le démarrage. Arrêtez-le puis redémarrez-le, et il retrouve son mode habituel."
    ),
    "Your server was stopped because it had run for {} days, the longest time here.": (
        "Votre serveur a été arrêté parce qu'il tournait depuis {} jours, la durée maximale ici."
    ),
    "Your server {} was stopped because it had run for {} days, the longest time here.": (
        "Votre serveur {} a été arrêté parce qu'il tournait depuis {} jours, la durée maximale ici."
    ),
    "Your server was stopped because it had run for {} hours, the longest time here.": (
        "Votre serveur a été arrêté parce qu'il tournait depuis {} heures, la durée maximale ici."
    ),
    "Your server {} was stopped because it had run for {} hours, the longest time here.": (
        "Votre serveur {} a été arrêté parce qu'il tournait depuis {} heures, la durée maximale ici."
    ),
    "Your server was stopped because it had run for {} minutes, the longest time here.": (
        "Votre serveur a été arrêté parce qu'il tournait depuis {} minutes, la durée maximale ici."
    ),
    "Your server {} was stopped because it had run for {} minutes, the longest time here.": (
        "Votre serveur {} a été arrêté parce qu'il tournait depuis {} minutes, la durée maximale ici."
    ),
    "Your server was stopped because it had run for {} seconds, the longest time here.": (
        "Votre serveur a été arrêté parce qu'il tournait depuis {} secondes, la durée maximale ici."
    ),
    "Your server {} was stopped because it had run for {} seconds, the longest time here.": (
        "Votre serveur {} a été arrêté parce qu'il tournait depuis {} secondes, la durée maximale ici."
    ),
    "The image of a server is set in the stack file.": "L'image d'un serveur est fixée dans le fichier de la stack.",
    "There are no profiles here.": "Il n'y a pas de profils ici.",
    "{} may not take the profile {}.": "{} ne peut pas prendre le profil {}.",
    "{} may not take the profile that was asked for.": "{} ne peut pas prendre le profil demandé.",
    "{} may not choose the image {} for the profile {}.": "{} ne peut pas choisir l'image {} pour le profil {}.",
    "{} may not choose the image that was asked for for the profile {}.": (
        "{} ne peut pas choisir l'image demandée pour le profil {}."
    ),
    "Nobody has further servers here: each person has one.": (
        "Personne n'a d'autres serveurs ici : chaque personne en a un."
    ),
    "The name of a server that people see must be a text.": "Le nom affiché d'un serveur doit être un texte.",
    (
        "A server's name has small letters a to z, digits, and single dashes between them; it begins with a "
        "letter and has at most {} characters."
    ): (
        "Le nom d'un serveur a des minuscules de a à z, des chiffres et, entre eux, des tirets isolés ; il "
        "commence par une lettre et a au plus {} caractères."
    ),
    "A server cannot be called {}: a page of the default server has this name.": (
        "Un serveur ne peut pas s'appeler {} : une page du serveur principal porte ce nom."
    ),
    "User {} already has the maximum of {} named servers.  One must be deleted before a new server can be created": (
        "{} a déjà autant de serveurs que possible ({}). Supprimez-en d'abord un."
    ),
    "The default server has no other name.": "Le serveur principal n'a pas d'autre nom.",
    "{} is not stopped yet. Try again in a minute.": "{} n'est pas encore arrêté. Réessayez dans une minute.",
    "The name {} is somebody else's here already. Tell whoever looks after this hub.": (
        "Le nom {} est déjà pris ici par quelqu'un d'autre. Prévenez la personne qui gère ce hub."
    ),
    "Your server waits for GPUs.": "Votre serveur attend des GPU.",
    "The only GPU is taken.": "Le seul GPU est occupé.",
    "All {} GPUs are taken.": "Les {} GPU sont tous occupés.",
    "{} of {} GPUs is free.": "{} GPU sur {} est libre.",
    "{} of {} GPUs are free.": "{} GPU sur {} sont libres.",
    "Your server needs {}.": "Votre serveur en demande {}.",
    "Your server needs {}; before you wait: {}.": "Votre serveur en demande {} ; avant vous attendent : {}.",
    "Your server needs {}; before you wait: {}, and {} more.": (
        "Votre serveur en demande {} ; avant vous attendent : {}, et {} autres."
    ),
    "Your server was stopped while it waited for GPUs.": "Votre serveur a été arrêté pendant qu'il attendait des GPU.",
    "Your server cannot be started: it needs {} GPUs, and there are {}.": (
        "Votre serveur ne peut pas être démarré : il demande {} GPU, et il y en a {}."
    ),
    "No GPU became free within {} minutes: try again later.": (
        "Aucun GPU ne s'est libéré en {} minutes : réessayez plus tard."
    ),
    "No GPU became free within {} minutes: try again later, or take another profile.": (
        "Aucun GPU ne s'est libéré en {} minutes : réessayez plus tard, ou prenez un autre profil."
    ),
    "Stopping...": "Arrêt…",
    "Stopping server...": "Arrêt du serveur…",
    "Server stopped successfully!": "Le serveur est arrêté.",
    "Error stopping server": "Le serveur n'a pas pu être arrêté",
    "The options of a server have at most {} KiB.": "Les options d’un serveur ont au plus {} Kio.",
    "The body must be a JSON object.": "Le contenu doit être un objet JSON.",
    "Only name, display_name and user_options of a server can be changed, not {}.": (
        "D’un serveur, seuls name, display_name et user_options peuvent être modifiés, pas {}."
    ),
    "The form is not in UTF-8.": "Le formulaire n’est pas en UTF-8.",
}
