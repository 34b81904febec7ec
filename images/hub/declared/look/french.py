"""The hub's pages in French: English → French. {} stands for what differs, such as a name."""

TEXTS = {
    "One moment": "Un instant",
    "The hub's database does not answer. Servers that run go on, and nothing is lost.": (
        "La base de données du hub ne répond pas. Les serveurs en marche continuent de tourner, et rien n'est perdu."
    ),
    "This page tries again by itself.": "Cette page réessaie d'elle-même.",
    "Home": "Accueil",
    "Token": "Jetons",
    "Admin": "Administration",
    "Services": "Services",
    "Logout": "Se déconnecter",
    "Login": "Se connecter",
    "Toggle dark mode": "Mode sombre ou clair",
    "Toggle navigation": "Menu",
    "JupyterHub requires JavaScript.": "JupyterHub a besoin de JavaScript.",
    "Please enable it to proceed.": "Veuillez l'activer.",
    "Error": "Erreur",
    "Close": "Fermer",
    "Sign in": "Se connecter",
    "Log in": "Se connecter",
    "Sign in with": "Se connecter avec",
    "Username:": "Nom :",
    "Password:": "Mot de passe :",
    "Show password": "Afficher le mot de passe",
    (
        "Warning: JupyterHub seems to be served over an unsecured HTTP connection. We strongly recommend "
        "enabling HTTPS for JupyterHub."
    ): "Attention : la connexion à JupyterHub ne semble pas chiffrée. Nous recommandons vivement HTTPS.",
    "Successfully logged out.": "Vous êtes déconnecté.",
    '<a href="{}">Sign up</a> with your invitation, or choose another password.': (
        '<a href="{}">Inscrivez-vous</a> avec votre invitation, ou choisissez un autre mot de passe.'
    ),
    "Choose a password": "Choisir un mot de passe",
    "Your password is set.": "Votre mot de passe est enregistré.",
    "Invitation, or the password that you have:": "Invitation, ou votre mot de passe actuel :",
    "New password, at least {} characters:": "Nouveau mot de passe, au moins {} caractères :",
    "Once more:": "Encore une fois :",
    "Choose": "Choisir",
    "Wrong name or password.": "Nom ou mot de passe incorrect.",
    (
        "Wrong password, or this name is not on the list of people who may use this hub. Ask whoever looks "
        "after this hub."
    ): (
        "Le mot de passe est incorrect, ou ce nom n'est pas sur la liste des personnes qui peuvent utiliser "
        "ce hub. Adressez-vous à la personne qui gère ce hub."
    ),
    "Too many attempts at once. Try again in a few seconds.": (
        "Trop de tentatives à la fois. Réessayez dans quelques secondes."
    ),
    "The list of people could not be read yet. Try again in a moment.": (
        "La liste des personnes n'a pas encore pu être lue. Réessayez dans un instant."
    ),
    "Your place on this hub is being set up. Try again in a few seconds.": (
        "Votre place sur ce hub est en préparation. Réessayez dans quelques secondes."
    ),
    "The directory of people does not answer at the moment. Try again in a minute.": (
        "L'annuaire ne répond pas pour le moment. Réessayez dans une minute."
    ),
    "All servers are in use at the moment. Try again in a few minutes.": (
        "Tous les serveurs sont occupés pour le moment. Réessayez dans quelques minutes."
    ),
    "{} is blocked from this hub. Ask whoever looks after this hub.": (
        "{} est bloqué sur ce hub. Adressez-vous à la personne qui gère ce hub."
    ),
    "{} is not on the list of people who may use this hub. Ask whoever looks after this hub.": (
        "{} n'est pas sur la liste des personnes qui peuvent utiliser ce hub. Adressez-vous à la personne "
        "qui gère ce hub."
    ),
    "You get a server of your own for a while. It and all that is in it are deleted when it stops.": (
        "Vous recevez votre propre serveur pour un moment. Il est supprimé avec tout son contenu quand il s'arrête."
    ),
    "JupyterHub home page": "Accueil du hub",
    "Start My Server": "Démarrer mon serveur",
    "Stop My Server": "Arrêter mon serveur",
    "My Server": "Mon serveur",
    "Named Servers": "Autres serveurs",
    "In addition to your default server, you may have additional": (
        "En plus de votre serveur, vous pouvez en avoir d'autres :"
    ),
    "server(s) with names. This allows you to have more than one server running at the same time.": (
        "serveur(s) avec un nom. Plusieurs peuvent ainsi tourner en même temps."
    ),
    "Server name": "Nom du serveur",
    "Last activity": "Dernière activité",
    "Actions": "Actions",
    "Add New Server": "Nouveau serveur",
    "Never": "Jamais",
    "stop": "arrêter",
    "start": "démarrer",
    "delete": "supprimer",
    "Server Options": "Options du serveur",
    "Start": "Démarrer",
    "Start your server again?": "Redémarrer votre serveur ?",
    "Servers cannot be started at the moment.": "Aucun serveur ne peut être démarré pour le moment.",
    "Your server {} is starting up.": "Votre serveur {} démarre.",
    "Your server is starting up.": "Votre serveur démarre.",
    "Your server starts.": "Votre serveur démarre.",
    "You will be redirected automatically when it's ready for you.": "Vous y serez conduit dès qu'il sera prêt.",
    "Many servers start at the moment; yours is number {} of those that wait.": (
        "Beaucoup de serveurs démarrent en ce moment ; le vôtre attend en position {}."
    ),
    "Complete": "terminé",
    "Start of your server": "Démarrage de votre serveur",
    "Event log": "Événements",
    "Stop Server": "Arrêter le serveur",
    "Your server is stopping.": "Votre serveur s'arrête.",
    "You will be able to start it again once it has finished stopping.": "Vous pourrez ensuite le redémarrer.",
    "refresh": "actualiser",
    "Server not running": "Le serveur ne tourne pas",
    "Your server did not start.": "Votre serveur n'a pas démarré.",
    "Your server {} is not running.": "Votre serveur {} ne tourne pas.",
    "Your server is not running.": "Votre serveur ne tourne pas.",
    "Would you like to start it?": "Voulez-vous le démarrer ?",
    "It starts again by itself in a few seconds, or when you click below.": (
        "Il redémarre de lui-même dans quelques secondes, ou si vous cliquez ci-dessous."
    ),
    "Launch Server": "Démarrer le serveur",
    "Tell whoever looks after this hub.": "Prévenez la personne qui gère ce hub.",
    "The last that it has written:": "Ses dernières lignes :",
    (
        "In safe mode nothing in the home takes part in the start: no settings, no Python packages, no shell "
        "profile. All files are there, to be mended or removed in the file browser or a terminal."
    ): (
        "En mode sans échec, rien de votre dossier ne participe au démarrage : ni réglages, ni paquets "
        "Python, ni profil du shell. Tous les fichiers sont là ; réparez-les ou supprimez-les dans "
        "l'explorateur ou un terminal."
    ),
    "Start again": "Démarrer à nouveau",
    "Start in safe mode": "Démarrer en mode sans échec",
    (
        "Your server runs in safe mode: nothing in your home takes part in its start. Mend or remove what "
        "kept it from starting. Then stop it and start it again, and it is in its usual mode."
    ): (
        "Votre serveur est en mode sans échec : rien de votre dossier ne participe au démarrage. Réparez ou "
        "supprimez ce qui empêchait le démarrage. Arrêtez-le puis redémarrez-le, et il retrouve son mode "
        "habituel."
    ),
    "Your server was removed while it was starting. Start it again.": (
        "Votre serveur a été supprimé pendant le démarrage. Démarrez-le à nouveau."
    ),
    "Your server could not be started: {}": "Votre serveur n'a pas pu être démarré : {}",
    "Servers cannot be started at the moment: Docker does not answer. Try again in a minute.": (
        "Aucun serveur ne peut être démarré pour le moment : Docker ne répond pas. Réessayez dans une minute."
    ),
    (
        "Your server has no container. If it is being updated, it has one in a minute. If not, tell whoever "
        "looks after this hub."
    ): (
        "Votre serveur n'a pas de conteneur. S'il est en cours de mise à jour, il en aura un dans une "
        "minute. Sinon, prévenez la personne qui gère ce hub."
    ),
    "Docker could not start your server: {}": "Docker n'a pas pu démarrer votre serveur : {}",
    "Docker does not answer at the moment. Try again in a minute.": (
        "Docker ne répond pas pour le moment. Réessayez dans une minute."
    ),
    "Your server is being stopped.": "Votre serveur est en cours d'arrêt.",
    "Your server does not answer at the moment.": "Votre serveur ne répond pas pour le moment.",
    "Your server runs, but does not answer at the moment.": (
        "Votre serveur tourne, mais ne répond pas pour le moment."
    ),
    "Your server ended, and starts again. Its kernels have ended; files that were saved are there.": (
        "Votre serveur s'est arrêté et redémarre. Ses noyaux sont arrêtés ; les fichiers enregistrés sont là."
    ),
    (
        "Your server ended because it needed more than its memory, and starts again. Its kernels have ended; "
        "files that were saved are there."
    ): (
        "Votre serveur s'est arrêté car il lui fallait plus que sa mémoire, et redémarre. Ses noyaux sont "
        "arrêtés ; les fichiers enregistrés sont là."
    ),
    "Your server ended (exit code {}), and starts again. Its kernels have ended; files that were saved are there.": (
        "Votre serveur s'est arrêté (code {}) et redémarre. Ses noyaux sont arrêtés ; les fichiers enregistrés sont là."
    ),
    (
        "Your server ended because it needed more than its memory. Its kernels have ended; files that were "
        "saved are there. It can be started again from the hub's page."
    ): (
        "Votre serveur s'est arrêté car il lui fallait plus que sa mémoire. Ses noyaux sont arrêtés ; les "
        "fichiers enregistrés sont là. Il peut être redémarré depuis la page du hub."
    ),
    (
        "Your server ended (exit code {}). Its kernels have ended; files that were saved are there. It can "
        "be started again from the hub's page."
    ): (
        "Votre serveur s'est arrêté (code {}). Ses noyaux sont arrêtés ; les fichiers enregistrés sont là. "
        "Il peut être redémarré depuis la page du hub."
    ),
    "This server is not yours.": "Ce serveur n'est pas le vôtre.",
    "Only its owner can open it.": "Seule la personne à qui il appartient peut l'ouvrir.",
    "Only its owner can open it; admins cannot either.": (
        "Seule la personne à qui il appartient peut l'ouvrir ; l'administration non plus."
    ),
    "This page is for admins.": "Cette page est réservée à l'administration.",
    "The log-in was not finished.": "La connexion n'a pas été terminée.",
    "Open this hub from a course on {}.": "Ouvrez ce hub depuis un cours sur {}.",
    "The log-in was not finished. Open this hub from a course on {}.": (
        "La connexion n'a pas été terminée. Ouvrez ce hub depuis un cours sur {}."
    ),
    ("This hub has no list of contents to choose from. Write the address of a page of the hub into the link itself."): (
        "Ce hub n'a pas de liste de contenus à choisir. Écrivez l'adresse d'une page du hub dans le lien lui-même."
    ),
    "This link leads to another place than this hub. Ask whoever looks after this hub.": (
        "Ce lien mène ailleurs que sur ce hub. Adressez-vous à la personne qui gère ce hub."
    ),
    "{} does not answer at the moment. Try again in a minute.": (
        "{} ne répond pas pour le moment. Réessayez dans une minute."
    ),
    "{} does not say who you are ({}). Ask whoever looks after this hub.": (
        "{} ne dit pas qui vous êtes ({}). Adressez-vous à la personne qui gère ce hub."
    ),
    "{} has not verified your e-mail address. Ask whoever looks after this hub.": (
        "{} n'a pas vérifié votre adresse e-mail. Adressez-vous à la personne qui gère ce hub."
    ),
    "It opens in a window of its own.": "Il s'ouvre dans sa propre fenêtre.",
    "Open": "Ouvrir",
    "There is nothing at this address.": "Il n'y a rien à cette adresse.",
    "To log in as somebody else, log out at {} first.": (
        "Pour vous connecter sous un autre nom, déconnectez-vous d'abord de {}."
    ),
    "{} is blocked from this hub.": "{} est bloqué sur ce hub.",
    "{} is not on the list of people who may use this hub.": (
        "{} n'est pas sur la liste des personnes qui peuvent utiliser ce hub."
    ),
    "Manage JupyterHub Tokens": "Gérer les jetons",
    "Note": "Note",
    "note to identify your new token": "pour reconnaître le nouveau jeton",
    "This note will help you keep track of what your tokens are for.": (
        "La note vous dira plus tard à quoi sert un jeton."
    ),
    "Token expires in": "Le jeton expire dans",
    "You can configure when your token will expire.": "Vous décidez de sa durée.",
    "Permissions": "Droits",
    "list of scopes for the token to have, separated by space": "scopes du jeton, séparés par des espaces",
    (
        "You can limit the permissions of the token so it can only do what you want it to. If none are "
        "specified, the token will have permission to do everything you can do. See the"
    ): "Vous pouvez limiter les droits du jeton. Sans indication, il peut tout ce que vous pouvez. Voir",
    "JupyterHub documentation for a list of available scopes": (
        "la liste des scopes dans la documentation de JupyterHub (en anglais)"
    ),
    "Request new API token": "Demander un nouveau jeton",
    "Your new API Token": "Votre nouveau jeton",
    "Copy this token. You won't be able to see it again, but you can always come back here to get a new one.": (
        "Copiez ce jeton. Vous ne le reverrez pas, mais vous pouvez toujours en demander un autre ici."
    ),
    "API Tokens": "Jetons",
    (
        "These are tokens with access to the JupyterHub API. Permissions for each token may be viewed via "
        "the JupyterHub tokens API. Revoking the API token for a running server will require restarting that "
        "server."
    ): (
        "Ces jetons donnent accès à l'API de JupyterHub. L'API indique les droits de chacun. Si le jeton "
        "d'un serveur qui tourne est révoqué, le serveur doit être redémarré."
    ),
    "Last used": "Dernière utilisation",
    "Created": "Créé",
    "Expires": "Expire",
    "scopes": "scopes",
    "N/A": "inconnu",
    "revoke": "révoquer",
    "Authorized Applications": "Applications autorisées",
    (
        "These are applications that use OAuth with JupyterHub to identify users (mostly notebook servers). "
        "OAuth tokens can generally only be used to identify you, not take actions on your behalf."
    ): (
        "Ces applications apprennent de JupyterHub qui vous êtes (surtout des serveurs de notebooks). En "
        "général, elles ne peuvent pas agir en votre nom."
    ),
    "Application": "Application",
    "First authorized": "Première autorisation",
}
