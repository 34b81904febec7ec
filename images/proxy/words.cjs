// The proxy's words in each language, and which of them a visitor's browser asks for.
"use strict";

const WORDS = {
    en: {
        hub: "The hub does not answer at the moment. Open notebooks keep running.",
        server: "This server does not answer at the moment: it starts again, is being stopped, or has ended.",
        service: "This service does not answer at the moment.",
        title: "One moment",
        again: "This page tries again by itself.",
        home: "Home",
    },
    de: {
        hub: "Der Hub antwortet zurzeit nicht. Offene Notebooks laufen weiter.",
        server: "Dieser Server antwortet zurzeit nicht: Er startet wieder, wird gestoppt oder ist beendet.",
        service: "Dieser Dienst antwortet zurzeit nicht.",
        title: "Einen Moment",
        again: "Diese Seite versucht es von selbst noch einmal.",
        home: "Startseite",
    },
    fr: {
        hub: "Le hub ne répond pas pour le moment. Les notebooks ouverts continuent de tourner.",
        server: "Ce serveur ne répond pas pour le moment : il redémarre, est en cours d'arrêt ou s'est arrêté.",
        service: "Ce service ne répond pas pour le moment.",
        title: "Un instant",
        again: "Cette page réessaie d'elle-même.",
        home: "Accueil",
    },
};

/**
 * @param {string | undefined} accepted the header Accept-Language, whatever stands in it
 * @param {string} fixed a language, or auto
 * @returns {"en" | "de" | "fr"}
 */
function languageOf(accepted = "", fixed = "auto") {
    if (Object.hasOwn(WORDS, fixed)) {
        return fixed;
    }
    const wishes = accepted
        .split(",")
        .slice(0, 50)
        .map(wish => {
            const [tag, weight = "q=1"] = wish.trim().split(";");
            const [, number = "0"] = /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(weight) ?? [];
            return { language: tag.trim().toLowerCase().split("-")[0], weight: Number(number) };
        })
        .filter(({ language, weight }) => Object.hasOwn(WORDS, language) && weight > 0);
    // Of equal ones the first: sorting keeps their order.
    return wishes.sort((a, b) => b.weight - a.weight)[0]?.language ?? "en";
}

module.exports = { languageOf, WORDS };
