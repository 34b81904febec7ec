"""How the hub's pages look: the section `look` of the stack file, the logo, and the language of each page."""
