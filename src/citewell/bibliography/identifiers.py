"""Identifiers of works: whether one is well formed, and the address it leads to."""

import re
from urllib.parse import quote, urlsplit

DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_DOI_ADDRESS = re.compile(r"(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*", re.IGNORECASE)
PMID = re.compile(r"[1-9][0-9]{0,8}")
_PMCID = re.compile(r"PMC[0-9]+")
NCT = re.compile(r"NCT[0-9]{8}")
# Punctuation that a path may carry as it is; what a DOI holds beyond it (`<`, `#`, `?`) is percent-encoded.
_SAFE = "/:;()._-~,+!*'=@$&"


def doi_fault(text: str) -> str | None:
    """What is wrong with a DOI, or nothing."""
    if DOI.fullmatch(text):
        return None
    if prefix := _DOI_ADDRESS.match(text):
        before = prefix[0].strip()
        return f"`{text}` is not a bare DOI: write only the part after `{before}`, as in `10.1234/abc`"
    return f"`{text}` is not a DOI: it starts with `10.`, four to nine digits and a `/`, as in `10.1234/abc`"


def pmid_fault(text: str) -> str | None:
    """What is wrong with a PubMed number, or nothing."""
    if PMID.fullmatch(text):
        return None
    return f"`{text}` is not a PubMed number: it is one to nine digits and nothing else, as in `31234567`"


def nct_fault(text: str) -> str | None:
    """What is wrong with a ClinicalTrials.gov number, or nothing."""
    if NCT.fullmatch(text):
        return None
    return f"`{text}` is not a ClinicalTrials.gov number: it is `NCT` and eight digits, as in `NCT04493242`"


_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[!#-;=?-\[\]_a-~]*)?")
"""How nearly all addresses look; nothing is wrong with them."""
_NEVER_IN_URL = frozenset('"<>\\^`')  # RFC 3986; braces and bars stand in addresses that work


def url_fault(text: str) -> str | None:
    """What is wrong with a web address, or nothing."""
    return None if _PLAIN_URL.fullmatch(text) else _url_fault(text)


def _url_fault(text: str) -> str | None:
    fault = (
        f"`{text}` is not a web address: it starts with `https://` or `http://` and a host, "
        "as in `https://example.org/page`"
    )
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return fault
    plain_text = not any(
        character.isspace() or not character.isprintable() or character in _NEVER_IN_URL for character in text
    )
    return None if parts.scheme in ("http", "https") and host and plain_text else fault


def bare_doi(text: str) -> str:
    """A DOI without the address or label in front of it."""
    return _DOI_ADDRESS.sub("", text, count=1) if _DOI_ADDRESS.match(text) else text


def is_nct(text: str) -> bool:
    """Whether the text is a ClinicalTrials.gov number."""
    return nct_fault(text) is None


def doi_address(doi: str) -> str:
    """Where a DOI leads; nothing if it is not one."""
    return "" if doi_fault(doi) else f"https://doi.org/{quote(doi, safe=_SAFE)}"


def pmid_address(pmid: str) -> str:
    """Where a PubMed number leads; nothing if it is not one."""
    return "" if pmid_fault(pmid) else f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"


def pmcid_address(pmcid: str) -> str:
    """Where a PubMed Central number leads; nothing if it is not one."""
    return f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/" if _PMCID.fullmatch(pmcid) else ""


def nct_address(nct: str) -> str:
    """Where a ClinicalTrials.gov number leads; nothing if it is not one."""
    return f"https://clinicaltrials.gov/study/{nct}" if is_nct(nct) else ""


def identified(text: str) -> tuple[str, str] | None:
    """Tell what a person typed or pasted: ("DOI" | "PMID" | "PMCID" | "NCT", the bare number), or nothing."""
    text = text.strip().rstrip(".,;")
    for kind, form in _TYPED.items():
        if match := form.fullmatch(text):
            return kind, match[1].upper()
    doi = bare_doi(text)
    return None if doi_fault(doi) else ("DOI", doi)


_TYPED = {
    "NCT": re.compile(
        r"(?:https?://(?:www\.)?clinicaltrials\.gov/\S*?)?(NCT[0-9]{8})(?:[/?#]\S*)?", re.IGNORECASE
    ),
    "PMCID": re.compile(r"(?:pmcid:\s*|https?://\S*/)?(PMC[0-9]+)/?", re.IGNORECASE),
    "PMID": re.compile(
        r"(?:pmid:?\s*|https?://(?:www\.)?(?:pubmed\.)?ncbi\S*/)?([1-9][0-9]{0,8})/?", re.IGNORECASE
    ),
}
