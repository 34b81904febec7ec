#!/bin/sh
# Prints what an image holds, as CycloneDX JSON: Debian's packages, and the Python and npm packages below the given folders; and
# further ones given as NAME=VERSION. The same content gives the same bytes. One file for all images: test/unit/images.test.ts
# compares them.
set -eu
list() {
  dpkg-query --show --showformat 'deb\t${Package}\t${Version}\t${Architecture}\n'
  for item in "$@"; do
    case $item in
      /*)
        find "$item" -path '*.dist-info/METADATA' -exec awk '/^Name: / { name = $2 } /^Version: / { print "pypi\t" name "\t" $2 "\t"; exit }' {} \;
        find "$item" -path '*/node_modules/.package-lock.json' -exec awk -F '"' '
          /^    "node_modules\// { name = $2; sub(".*node_modules/", "", name) }
          /^      "version": / && name != "" { print "npm\t" name "\t" $4 "\t"; name = "" }' {} \;
        ;;
      *) printf 'generic\t%s\t%s\t\n' "${item%%=*}" "${item#*=}" ;;
    esac
  done
}
# Lines may end as in Windows, and nothing in them may end a text of the JSON.
list "$@" | LC_ALL=C tr -d '\r"\\' | LC_ALL=C sort -u | awk -F '\t' '
  function purl(text) { gsub(/%/, "%25", text); gsub(/[+]/, "%2B", text); gsub(/:/, "%3A", text); gsub(/@/, "%40", text); return text }
  BEGIN { printf "{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.5\",\n  \"version\": 1,\n  \"components\": [" }
  {
    where = $1 == "deb" ? "deb/debian/" : $1 "/"
    name = $2
    if ($1 == "pypi") { name = tolower(name); gsub(/[-_.]+/, "-", name) }
    printf("%s\n    {\"type\": \"library\", \"name\": \"%s\", \"version\": \"%s\", \"purl\": \"pkg:%s%s@%s%s\"}", (NR > 1 ? "," : ""), $2, $3, where, purl(name), purl($3), ($1 == "deb" ? "?arch=" $4 : ""))
  }
  END { printf "\n  ]\n}\n" }'
