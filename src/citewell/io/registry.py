"""The registries of works: doi.org, PubMed and ClinicalTrials.gov, asked over the network. No build does."""

import json
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from citewell import __version__
from citewell.io import SurroundingsError

DOI = "https://doi.org/"
PUBMED = "https://pmc.ncbi.nlm.nih.gov/api/ctxp/v1/pubmed/?format=csl&id="
PMC = "https://pmc.ncbi.nlm.nih.gov/api/ctxp/v1/pmc/?format=csl&id="
TRIALS = "https://clinicaltrials.gov/api/v2/studies/"

SECONDS = 20.0  # for the whole of an answer
MOST_BYTES = 4 * 1024 * 1024
MOST_REDIRECTIONS = 5

_NOT_THERE = {400, 404, 410}
_NO_RECORD = {204, 406}
_ELSEWHERE = 3
_TOO_MANY = 429


def ask(kind: str, number: str) -> Any:  # noqa: ANN401 -- an answer is what JSON holds
    """Give what the registry of that kind of number says about a work, as JSON.

    Raises SurroundingsError where it cannot be reached, or there is no such work, or no answer that can be read.
    """
    address, accept = _address(kind, number)
    host = urlsplit(address).hostname or address
    try:
        data = _fetch(address, accept)
    except HTTPError as error:
        error.close()
        raise SurroundingsError(_refusal(error.code, host, number)) from error
    except (TimeoutError, URLError, HTTPException, OSError) as error:
        raise SurroundingsError(_unreachable(error, host)) from error
    if not data:
        raise SurroundingsError(_refusal(204, host, number))
    try:
        return json.loads(data)
    except ValueError as error:
        raise SurroundingsError(f"{host} answered with something that is no record of a source") from error


def _address(kind: str, number: str) -> tuple[str, str]:
    match kind:
        case "DOI":
            return DOI + quote(number, safe="/:;()._-"), "application/vnd.citationstyles.csl+json"
        case "PMID":
            return PUBMED + number, "application/json"
        case "PMCID":
            return PMC + number.removeprefix("PMC"), "application/json"
        case _:
            return TRIALS + number, "application/json"


class _Redirections(HTTPRedirectHandler):
    """Follows a registry to its own registries, a few steps and never to another scheme."""

    max_redirections = MOST_REDIRECTIONS

    # The signature is urllib's.
    def redirect_request(  # noqa: PLR0913, PLR0917
        self,
        req: Request,
        fp: Any,  # noqa: ANN401
        code: int,
        msg: str,
        headers: Any,  # noqa: ANN401
        newurl: str,
    ) -> Request | None:
        """Give the next request."""
        if urlsplit(newurl).scheme != urlsplit(req.full_url).scheme:
            fp.close()
            raise SurroundingsError(f"{req.host} leads to `{newurl}`, an address that is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetch(address: str, accept: str) -> bytes:
    agent = f"citewell/{__version__} (static site generator; one request for one source)"
    request = Request(address, headers={"Accept": accept, "User-Agent": agent})  # noqa: S310 -- the addresses above
    deadline = monotonic() + SECONDS
    with build_opener(_Redirections).open(request, timeout=SECONDS) as response:
        return _read(response, deadline)


def _read(response: HTTPResponse, deadline: float) -> bytes:
    data = b""
    while piece := response.read1(65536):
        data += piece
        if len(data) > MOST_BYTES:
            raise SurroundingsError(
                f"{urlsplit(response.url).hostname} sends far more than the record of a source"
            )
        if monotonic() > deadline:
            raise TimeoutError
    return data


def _refusal(status: int, host: str, number: str) -> str:
    if status in _NOT_THERE:
        return f"{host} knows no source `{number}`; compare it with the source's own page"
    if status in _NO_RECORD:
        return f"{host} has no record of `{number}` to give; `citewell new source` without a number asks for its fields"
    if status // 100 == _ELSEWHERE:
        return f"{host} leads in a circle, or to an address that is not followed"
    if status == _TOO_MANY:
        return f"{host} was asked too often; try again in a minute"
    return f"{host} answered with status {status}; try again later"


def _unreachable(error: Exception, host: str) -> str:
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return f"{host} did not answer within {SECONDS:g} seconds; try again later"
    if isinstance(error, HTTPException):
        return f"{host} broke off in the middle of its answer; try again later"
    words = getattr(cause, "strerror", None) or str(cause)
    return f"{host} cannot be reached: {words[:1].lower()}{words[1:]}; check that this computer is on-line"
