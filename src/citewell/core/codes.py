"""The catalogue of diagnostics: what each is, and how it hurts a reader of health information.

Codes are stable names. `citewell explain CODE` prints an entry; `tests/errors/CODE/` holds its example.
"""

from citewell.core.diagnostic import Code

_STOPS = "Nothing can be known of the page, so nothing of it can be checked."
_LOST = "What stands under the key would be lost in silence, and readers would miss it."
_DEAD = "Readers who follow the link to check a claim arrive nowhere."
_UNCHECKABLE = "Readers cannot check the statement against its source."

_ALL = (
    # files
    Code("files/symlink", "error", "A symbolic link lies in the content folder.", "The page would change with files that nobody reviews, or publish private ones."),
    Code("files/special", "error", "Something that is not a regular file lies in the content folder.", "The build would hang or publish noise."),
    Code("files/unreadable", "error", "A file in the content folder cannot be read.", "A page would vanish from the site without a word."),
    Code("files/folder-named-md", "error", "A folder has a name that ends in `.md`.", "Links to it look like links to a page."),
    Code("files/too-large", "error", "A file is larger than the build reads, or all of them together are.", "Readers on a phone cannot load it."),
    Code("files/too-many-pixels", "error", "An image has more pixels than a browser can hold.", "The page stops or breaks down on a reader's telephone."),
    Code("files/too-long-name", "error", "The name of a file, or its path, is too long to be published.", "The page cannot be written where readers look for it."),
    Code("files/same-name", "error", "Two names differ only in capitals, or in how an accent is stored.", "On many computers one file takes the place of the other, and readers get the wrong page."),
    Code("files/windows-name", "warning", "Windows cannot store a file of that name.", "Editors on Windows get the site without this page, and may publish it so."),
    Code("files/unknown-kind", "warning", "A file of a kind that is not published lies in the content folder.", "Readers will not find what the editor meant to publish."),
    # text
    Code("text/encoding", "error", "The file is not UTF-8.", "Names, units and signs come out as other characters."),
    Code("text/control-character", "error", "An invisible control character stands in the text.", "Screen readers and search stumble over it."),
    Code("text/bidi-character", "error", "An invisible character turns the direction of the text.", "Numbers and words can be shown in an order that nobody wrote.", may_warn=True),
    Code("text/unclosed-fence", "error", "A code block or a block is opened and never closed.", "The rest of the page is swallowed by it."),
    Code("text/raw-html", "error", "A raw HTML tag stands in the text.", "Readers see the tag, or a script gets into the page.", may_warn=True),
    Code("text/unknown-attribute", "error", "Braces after a span hold something that is not understood.", "Readers see the braces.", may_warn=True),
    Code("text/emphasis-only", "error", "A link or a citation stands in a text that takes emphasis only.", "Readers see its signs, and the link is lost.", may_warn=True),
    Code("text/unknown-footnote", "error", "A footnote is named that is not on the page.", "Readers see the signs and find no note.", may_warn=True),
    Code("text/too-deep", "error", "Lists or quotes are nested too deeply.", "Nobody can read it, and browsers slow down over it."),
    Code("text/placeholder", "warning", "A sentence of a new article stands as `citewell new article` wrote it.", "Readers get a page that nobody has written."),
    # YAML
    Code("yaml/broken", "error", "The YAML cannot be read.", _STOPS),
    Code("yaml/repeated-key", "error", "A key stands twice in one place.", "One of the two values would win in silence."),
    Code("yaml/not-allowed", "error", "An anchor, alias, tag, merge key or directive is used, or a `#` cuts a value off.", "The value that readers see stands somewhere else in the file."),
    Code("yaml/too-deep", "error", "Values are nested too deeply.", _STOPS),
    # front matter
    Code("front-matter/missing", "error", "The file has no front matter.", _STOPS),
    Code("front-matter/unclosed", "error", "The front matter is opened and never closed.", _STOPS),
    Code("front-matter/unknown-key", "error", "A key is misspelt or does not exist.", _LOST),
    Code("front-matter/missing-key", "error", "A key that must be there is missing.", "Readers get a part of the page without its meaning."),
    Code("front-matter/empty", "error", "A key has no value.", _LOST),
    Code("front-matter/wrong-type", "error", "A value is of the wrong kind.", _LOST),
    Code("front-matter/impossible-date", "error", "A date does not exist.", "In contested topics the date is part of the claim."),
    Code("front-matter/bad-slug", "error", "A slug cannot be part of an address.", "The page would land where nobody looks for it."),
    Code("front-matter/bad-alias", "error", "An alias is not a path of the site.", "Old links would lead nowhere."),
    # links
    Code("links/missing-page", "error", "A link leads to a page that is not there.", _DEAD),
    Code("links/unreadable", "error", "A link is not written as one.", "Readers see its signs, and the link is lost.", may_warn=True),
    Code("links/missing-heading", "error", "A link leads to a heading that is not there.", "Readers land at the top of a long page and give up.", may_warn=True),
    Code("links/unknown-reference", "error", "A link names a reference that is not on the page.", "Readers see the signs, and the link is lost.", may_warn=True),
    Code("links/case", "error", "A link spells a file's name with other capitals.", "It works on one computer and is dead on the web."),
    Code("links/draft", "error", "A link leads to a draft.", _DEAD),
    Code("links/self", "warning", "A link leads to the page that it stands on.", "Readers lose their place for nothing."),
    Code("links/outside", "error", "A link leads to a file outside the content folder.", _DEAD),
    Code("links/scheme", "error", "A link has a scheme that is not allowed.", "It can run code in the reader's browser."),
    Code("links/not-a-page", "error", "A link leads to something that is not a page.", _DEAD),
    Code("links/same-url", "error", "Two files want one address.", "One page would overwrite the other."),
    Code("links/same-name", "error", "Two files in different folders have one name.", "A link to a page by its name could mean either."),
    Code("links/alias-hides-page", "error", "An alias is the address of a page.", "The page would be replaced by a redirection."),
    # the family of pages
    Code("family/unknown-parent", "error", "The parent page does not exist.", "Readers lose the way back to the larger picture."),
    Code("family/circular-parent", "error", "A page is its own ancestor.", "There is no way to the top."),
    Code("family/too-deep", "error", "A page lies too many levels below the topmost page.", "Readers lose the way back to the larger picture."),
    Code("family/unknown-companion", "error", "A companion page does not exist.", _DEAD),
    Code("family/one-way-companion", "warning", "A companion page does not link back.", "Readers who arrive at the other page do not learn of this one."),
    Code("family/orphan", "warning", "No page leads to this page.", "Nobody will find it."),
    # citations
    Code("citations/unknown", "error", "A source is cited that is not listed.", _UNCHECKABLE),
    Code("citations/unlisted", "error", "A source of the library is cited, and the page's own list leaves it out.", _UNCHECKABLE, may_warn=True),
    Code("citations/unused", "warning", "A source is listed and never cited.", "A longer list looks like stronger evidence."),
    Code("citations/same-id", "error", "One id stands for two sources.", "The number in the text leads to the wrong source."),
    Code("citations/unreadable", "error", "A citation is not written as one.", _UNCHECKABLE),
    Code("citations/bad-doi", "error", "A DOI is malformed.", _UNCHECKABLE),
    Code("citations/bad-pmid", "error", "A PMID is malformed.", _UNCHECKABLE),
    Code("citations/bad-nct", "error", "A trial's registry number is malformed.", _UNCHECKABLE),
    Code("citations/bad-url", "error", "A source's address is malformed or not a web address.", _UNCHECKABLE),
    Code("sources/not-a-list", "error", "The shared library is not a list.", _UNCHECKABLE),
    Code("sources/broken-entry", "error", "An entry of the shared library is not written as its format asks.", _UNCHECKABLE),
    Code("sources/unknown-field", "warning", "A field of an entry is misspelt or does not exist.", "What stands in it is not printed: readers miss the journal, the year or the DOI."),
    Code("sources/not-a-record", "error", "An entry of the shared library is not a group of keys.", _UNCHECKABLE),
    # terms
    Code("terms/two-meanings", "error", "One term, or one of its short forms, is defined in two ways.", "Same word, different things: the reader of both pages is misled."),
    Code("terms/unknown", "error", "A link names a term that no page defines.", "Readers who need the meaning do not get it."),
    Code("terms/unused", "warning", "A term is defined on a page that never uses it.", "Readers learn words that they do not need."),
    Code("terms/circular", "error", "Definitions explain each other in a circle.", "Readers go round and learn nothing.", may_warn=True),
    # blocks, headings, images
    Code("blocks/unknown", "error", "A block has a name that does not exist.", "Its text would be shown as if it were plain text, or lost."),
    Code("blocks/unreadable", "error", "A line that opens or closes a block is not written as one.", "Readers see its colons, and the block is lost."),
    Code("blocks/placed-twice", "error", "A block is placed twice on a page.", "Readers read it twice, and its addresses are no longer unique."),
    Code("blocks/empty", "error", "A block is placed and holds nothing.", "Readers see a heading with nothing below it."),
    Code("blocks/not-a-box", "error", "Text stands inside a block that the front matter fills.", "The text would be lost."),
    Code("blocks/missing-label", "error", "An item does not say which kind it is, or one of the kinds is missing.", "Readers see what a result shows and not what it does not."),
    Code("headings/skipped-level", "warning", "A heading skips a level.", "People who read with a screen reader lose the structure."),
    Code("headings/same-id", "error", "Two headings have one id.", "A link leads to the wrong one."),
    Code("headings/unreadable", "error", "A heading is not written as one.", "Readers see its signs, and the section has no heading."),
    Code("headings/unknown-attribute", "error", "Braces after a heading hold something that is not understood.", "A label or an address that the editor wanted is not there.", may_warn=True),
    Code("images/missing-file", "error", "An image's file is not there.", "Readers see a broken picture."),
    Code("images/missing-alt", "error", "An image has no text for those who cannot see it.", "Blind readers do not learn what it shows.", may_warn=True),
    # the site and its templates
    Code("site/bad-url", "error", "An address in the settings is malformed.", "Every page would name a wrong address for itself."),
    Code("site/not-keys", "error", "The settings are not lines of `key: value`.", "The site would have no name and no address."),
    Code("site/unknown-code", "error", "A severity is set for a diagnostic that does not exist.", "A mistake that should stop the build goes out."),
    Code("site/fixed-severity", "error", "An error is lowered that would leave a page broken or lost.", "Readers get the broken page."),
    Code("site/menu", "error", "A link of the navigation or the trust strip leads nowhere.", _DEAD),
    Code("templates/fault", "error", "A template cannot be rendered.", "The page cannot be published."),
    Code("templates/missing-asset", "error", "A template names a static file that is not there.", "The page loses its style or its picture."),
)  # fmt: skip

CODES: dict[str, Code] = {code.name: code for code in _ALL}
