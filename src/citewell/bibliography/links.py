"""Identifiers and addresses as runs, each with the link that it leads to."""

from citewell.bibliography.identifiers import doi_address, nct_address, pmcid_address, pmid_address, url_fault
from citewell.bibliography.text import Runs
from citewell.core.csl import Run, Work

REGISTRY = "ClinicalTrials.gov"


def doi(work: Work) -> Runs:
    """`doi:10.1234/abc`."""
    return _linked(f"doi:{work.doi}", doi_address(work.doi)) if work.doi else ()


def doi_as_address(work: Work) -> Runs:
    """`https://doi.org/10.1234/abc`."""
    return _linked(f"https://doi.org/{work.doi}", doi_address(work.doi)) if work.doi else ()


def url(work: Work) -> Runs:
    """The address itself; only http and https become a link."""
    return _linked(work.url, "" if url_fault(work.url) else work.url) if work.url else ()


def pmid(work: Work) -> Runs:
    """`PMID: 31234567`."""
    return _linked(f"PMID: {work.pmid}", pmid_address(work.pmid)) if work.pmid else ()


def pmcid(work: Work) -> Runs:
    """`PMCID: PMC7654321`."""
    return _linked(f"PMCID: {work.pmcid}", pmcid_address(work.pmcid)) if work.pmcid else ()


def nct(work: Work) -> Runs:
    """The number alone, `NCT04493242`."""
    return _linked(work.nct, nct_address(work.nct)) if work.nct else ()


def trial_number(work: Work) -> Runs:
    """`ClinicalTrials.gov identifier: NCT04493242`."""
    return (Run(f"{REGISTRY} identifier: "), *nct(work)) if work.nct else ()


def _linked(text: str, address: str) -> Runs:
    return (Run(text, url=address),)
